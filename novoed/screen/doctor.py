"""What `doctor` shows: a line per finding, what is to be done in color where there is any."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from novoed.doctor import Finding, Verdict
from novoed.screen.console import console, counted, say

_STYLES = {Verdict.OK: "green", Verdict.NOTE: "cyan", Verdict.DO: "bold red"}


def show_findings(findings: Iterable[Finding]) -> int:
    """Each as it is found; returns how many things are to be done."""
    to_do = 0
    for finding in findings:
        to_do += finding.verdict is Verdict.DO
        console.print(
            Text.assemble((f"{finding.verdict:<6}", _STYLES[finding.verdict]), f"{finding.subject}: {finding.text}")
        )
    say(f"{counted(to_do, 'thing')} to do, marked `do` above." if to_do else "Nothing is to be done.")
    return to_do
