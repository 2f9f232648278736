"""Spark runs on Java: without it no test here can say anything."""

from __future__ import annotations

import pytest

from dbt_novoed import NO_JAVA, has_java


@pytest.fixture(scope="session", autouse=True)
def java() -> None:
    """Fails where Java is missing, rather than leave out what was asked for."""
    if not has_java():
        pytest.fail(NO_JAVA)
