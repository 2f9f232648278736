"""What can go wrong, and the exit status each gives.

LoaderError                exit 1: something was rejected or failed, everything else was done
├── FileRefused            a file that cannot be read as CSV of its data set; nothing of it lands
├── DatabaseUnavailable    the DuckDB file cannot be opened or written
├── CallFailed             the API did not answer a call with a complete page; worth another try
│   └── CallTimedOut       it did not answer in time (or says 504): a narrower window may help
├── CallRefused            the API answered in a way that no further try will change
├── AccessRefused          401 or 403: the whole run ends
├── Stopped                said between the threads of a run that is ending; nobody sees it
├── ExtractIncomplete      a run ended with something missing; the rest landed
├── BuildFailed            dbt ended with errors; nothing was published
├── HeldBack               what was built is not plausible; what was published before stays
└── AlreadyRunning         another process is at work on the same folder or file; nothing was done
UsageError                 exit 2: wrong usage or settings, nothing was touched
KeyboardInterrupt          exit 130: interrupted; what was done by then stays
"""

from __future__ import annotations

from collections.abc import Sequence


class LoaderError(Exception):
    """Something was rejected or failed. The message says what, for which data set and file, and what to do."""

    exit_status = 1


class FileRefused(LoaderError):
    """A file cannot be read as CSV of its data set; nothing of it lands."""


class DatabaseUnavailable(LoaderError):
    """The DuckDB file cannot be opened or written."""


class CallFailed(LoaderError):
    """The API did not answer a call with a complete page of its data set; another try may go better."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds that the API asks us to wait."""


class CallTimedOut(CallFailed):
    """The API did not answer in time: asking for a narrower window may help."""


class CallRefused(LoaderError):
    """The API answered in a way that no further try will change."""


class AccessRefused(LoaderError):
    """The API does not accept the key: every other call would fail, too."""


class Stopped(LoaderError):
    """The run is ending: whoever waits or is about to call gives up."""


class ExtractIncomplete(LoaderError):
    """A run ended with something missing; the message names each data set and what to do."""


class BuildFailed(LoaderError):
    """dbt ended with errors; nothing was published."""


class HeldBack(LoaderError):
    """What was built is not plausible enough to be published; what was published before stays as it was."""

    def __init__(self, sentences: Sequence[str], reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        """By name, each once."""
        findings = "".join(f"\n  {sentence}" for sentence in sentences)
        accepting = " ".join(f"--accept {reason}" for reason in reasons)
        super().__init__(
            f"Held back: what is published stays as it was.{findings}\nMend the data, load and build again; or, if they"
            f' are right as they are: novoed publish {accepting} (make ACCEPT="{" ".join(reasons)}")'
        )


class AlreadyRunning(LoaderError):
    """Another process is at work on the same folder or file; nothing was done."""


class UsageError(LoaderError):
    """Wrong usage or settings; nothing was touched."""

    exit_status = 2
