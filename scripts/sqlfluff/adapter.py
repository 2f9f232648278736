"""What dbt calls `adapter`, for sqlfluff, which only renders the SQL: a dispatched macro is DuckDB's."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def dispatch(context: Context, name: str) -> Callable[..., str]:
    """The macro that dbt would find for DuckDB."""
    macro: Callable[..., str] = context[f"default__{name}"]
    return macro


def quote(name: str) -> str:
    """A name as DuckDB's SQL."""
    return f'"{name}"'
