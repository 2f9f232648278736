"""A plugin of dbt's: says in one sentence that Java is missing, before Spark says so in a hundred lines.

dbt finds it by its name, which begins with dbt_.
"""

from __future__ import annotations

import os
import shutil

from dbt.flags import get_flags
from dbt.plugins.manager import dbtPlugin

NO_JAVA = (
    "Java is not there, and Spark runs on it: install Java 17 or newer (apt-get install openjdk-17-jre-headless), or"
    " name another in JAVA_HOME. For a cluster set NOVOED_SPARK_METHOD."
)

SESSIONLESS = ("clean", "deps", "list", "parse")
"""Commands that start no Spark."""


def has_java() -> bool:
    """Whether Spark finds a Java: that of JAVA_HOME where it is set, else that of the PATH."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=os.path.join(home, "bin") if home else None) is not None  # noqa: PTH118


class JavaIsThere(dbtPlugin):
    """Stops dbt with one sentence where it would start Spark without Java."""

    def initialize(self) -> None:
        """Raises RuntimeError."""
        flags = get_flags()  # type: ignore[no-untyped-call]
        target, command = (getattr(flags, name, None) for name in ("TARGET", "WHICH"))
        on_this_machine = os.environ.get("NOVOED_SPARK_METHOD") in (None, "", "session")
        if target == "spark" and command not in SESSIONLESS and on_this_machine and not has_java():
            raise RuntimeError(NO_JAVA)


plugins = [JavaIsThere]
