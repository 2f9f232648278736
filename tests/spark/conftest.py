"""Spark runs on Java: without it no test here can say anything."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture(scope="session", autouse=True)
def java() -> None:
    """Fails where Java is missing, rather than leave out what was asked for."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.fail(
            "Java is not there, and Spark runs on it: install Java 17 or newer (apt-get install openjdk-17-jre)."
        )
