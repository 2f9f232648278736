"""Text to value: the spellings each kind of column accepts. Everything else that is not empty is uncastable."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from math import isinf

Value = int | str | bool | Decimal | datetime | None

WHITESPACE = " \t\r\n\xa0"
"""What surrounds a value without being part of it; spreadsheets add the last, the no-break space."""
BOOLEANS = {
    **dict.fromkeys(("true", "t", "1", "yes", "y"), True),
    **dict.fromkeys(("false", "f", "0", "no", "n"), False),
}
ENUMERATIONS: dict[str, tuple[str, ...]] = {
    "registration_type": ("Closed enrollment", "Open within your organization", "Open based on Entitlements", "Free"),
    "enrollment_status": ("Enrolled", "Withdrawn", "Removed by Teaching Team", "Auditing"),
    "completion_status": ("Not Completed", "Completed"),
    "activity_type": (
        "Video",
        "Audio",
        "Assignment",
        "Video Practice",
        "Private Feedback",
        "Public Feedback",
        "Course-Wide Discussion",
        "Team Discussion",
        "Quiz",
        "Survey",
        "Poll",
        "Timed Exam",
        "Live Video Event",
        "Third Party Tool",
        "Profile Completion",
        "Submission Carousel",
        "Team Formation",
        "Group Formation",
    ),
    "visit_type": ("First", "Last"),
    "org_admin_role": ("org_admin", "org_mentor", "course_manager"),
}
"""As the platform's article spells them."""

_ID = re.compile(r"[+-]?[0-9]+")
_COUNT = re.compile(r"([+-]?[0-9]+)(\.0*)?")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
_TIMESTAMP = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"([T ](?P<minute>[0-9]{2}:[0-9]{2})(:(?P<second>[0-9]{2})(\.(?P<fraction>[0-9]+))?)?"
    r"( ?(?P<zone>Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?))?)?",
    re.IGNORECASE,
)
_BIGINT = range(-(2**63), 2**63)


class UncastableError(ValueError):
    """A non-empty value that is none of its column's kind."""


def trimmed(raw: str | None) -> str | None:
    """Text without surrounding white space; None where nothing is left."""
    return (raw or "").strip(WHITESPACE) or None


def cast(kind: str, raw: str | None) -> Value:
    """The value of `raw` as a column of that kind (id, count, decimal, boolean, timestamp, text or an enumeration).

    None for empty text. Raises UncastableError."""
    text = trimmed(raw)
    if text is None or kind == "text":
        return text
    if kind == "org_admin_role":  # "or comma separated list of above values"
        return ",".join(_enumeration(kind, role.strip(WHITESPACE)) for role in text.split(","))
    if kind in ENUMERATIONS:
        return _enumeration(kind, text)
    casts: dict[str, Callable[[str], Value]] = {
        "id": _whole,
        "count": _count,
        "decimal": _decimal,
        "boolean": lambda spelling: BOOLEANS[spelling.lower()],
        "timestamp": _timestamp,
    }
    try:
        return casts[kind](text)
    except (KeyError, ValueError, OverflowError):
        raise UncastableError(kind) from None


def _enumeration(kind: str, text: str) -> str:
    """ "Trimmed and matched without regard to case, and shown as the article spells them"; unknown ones stay."""
    return next((known for known in ENUMERATIONS[kind] if known.lower() == text.lower()), text)


def _whole(text: str) -> int:
    if not _ID.fullmatch(text) or int(text) not in _BIGINT:
        raise UncastableError("id")
    return int(text)


def _count(text: str) -> int:
    match = _COUNT.fullmatch(text)
    if not match or int(match[1]) not in _BIGINT:
        raise UncastableError("count")
    return int(match[1])


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text) or isinf(float(text)):
        raise UncastableError("decimal")
    return Decimal(text)


def _timestamp(text: str) -> datetime:
    """UTC without a zone; fractions are cut to microseconds; "a date without a time is midnight UTC"."""
    match = _TIMESTAMP.fullmatch(text)
    if not match:
        raise UncastableError("timestamp")
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    local = datetime.strptime(
        f"{match['date']} {match['minute'] or '00:00'}:{match['second'] or '00'}.{fraction}", "%Y-%m-%d %H:%M:%S.%f"
    )
    if match["second"] in ("60", "61"):  # strptime takes leap seconds
        raise UncastableError("timestamp")
    zone = (match["zone"] or "Z").upper()
    if zone in ("Z", "UTC"):
        return local
    digits = zone[1:].replace(":", "").ljust(4, "0")
    if int(digits[2:]) > 59:
        raise UncastableError("timestamp")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    aware = local.replace(tzinfo=timezone(-offset if zone[0] == "-" else offset))
    return aware.astimezone(UTC).replace(tzinfo=None)
