"""Text to value: the spellings each kind of column accepts. Everything else that is not empty is uncastable."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from math import isinf
from zoneinfo import ZoneInfo

from reference.settings import Settings

Value = int | str | bool | Decimal | datetime | None

BLANKS = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Unicode's White_Space, which surrounds a value without being part of it."""
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
"""A character class: Unicode's default ignorables, which do not count where texts are compared."""
BOOLEANS = {
    **dict.fromkeys(("true", "t", "1", "1.0", "yes", "y"), True),
    **dict.fromkeys(("false", "f", "0", "0.0", "no", "n"), False),
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
    r"([T ](?P<minute>[0-9]{2}:[0-9]{2})(:(?P<second>[0-9]{2})([.,](?P<fraction>[0-9]+))?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)?",
    re.IGNORECASE,
)
_WHOLE_FRACTION = re.compile(r"([+-]?[0-9]+)\.0")
_BIGINT = range(-(2**63), 2**63)
FIRST_MOMENT, LAST_MOMENT = datetime(2000, 1, 1), datetime(2099, 12, 31, 23, 59, 59, 999_999)
"""What lies outside is a placeholder, not a date."""


class UncastableError(ValueError):
    """A non-empty value that is none of its column's kind."""


def trimmed(raw: str | None) -> str | None:
    """Text as it is shown, without surrounding blanks; None where nothing is left."""
    return (raw or "").strip(BLANKS) or None


def clean(raw: str | None) -> str | None:
    """Text as it is compared: nothing invisible, runs of blanks are one; None where nothing is left."""
    visible = re.sub(f"[{INVISIBLE}]", "", raw or "")
    return re.sub(f"[{BLANKS}]+", " ", visible).strip(" ") or None


def cast(kind: str, raw: str | None, settings: Settings) -> Value:
    """The value of `raw` as a column of that kind.

    Kinds: id, count, decimal, boolean, timestamp, day_end (a timestamp that stands for its day's end where it has no
    time), key (text that is compared), text (text that is shown) or an enumeration. None for empty text. Raises
    UncastableError."""
    if kind == "text":
        return trimmed(raw)
    if kind == "key":
        text = clean(raw)
        # "Written as a whole number with `.0` is that number"
        match = _WHOLE_FRACTION.fullmatch(text or "")
        return match[1] if match else text
    if kind in ENUMERATIONS:
        text = clean(raw)
        if text and kind == "org_admin_role":  # "or comma separated list of above values"
            return ",".join(_enumeration(kind, clean(role) or "") for role in text.split(","))
        return text and _enumeration(kind, text)
    text = trimmed(raw)
    if text is None:
        return None
    casts: dict[str, Callable[[str], Value]] = {
        "id": _whole,
        "count": _count,
        "decimal": _decimal,
        "boolean": lambda spelling: BOOLEANS[(clean(spelling) or "").lower()],
        "timestamp": lambda spelling: _timestamp(spelling, settings, day_end=False),
        "day_end": lambda spelling: _timestamp(spelling, settings, day_end=True),
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


def _timestamp(text: str, settings: Settings, day_end: bool) -> datetime:
    """UTC without a zone. Raises ValueError or OverflowError, also for placeholders."""
    moment, is_date = _printed(text, settings)
    if day_end and is_date:
        # "The last microsecond of that day in reporting_timezone"
        local = (moment + timedelta(days=1)).replace(tzinfo=ZoneInfo(settings.reporting_timezone))
        moment = local.astimezone(UTC).replace(tzinfo=None) - timedelta(microseconds=1)
    if not FIRST_MOMENT <= moment <= LAST_MOMENT:
        raise ValueError("a placeholder")
    return moment


def is_placeholder_date(kind: str, raw: str, settings: Settings) -> bool:
    """Whether an uncastable value is a date all the same, of another century."""
    try:
        return kind in ("timestamp", "day_end") and _printed(trimmed(raw) or "", settings) is not None
    except OverflowError:
        return True
    except ValueError:
        return False


def _printed(text: str, settings: Settings) -> tuple[datetime, bool]:
    """The moment, and whether it is a date without a time."""
    match = _TIMESTAMP.fullmatch(text)
    if not match:
        for spelling in settings.timestamp_formats:
            try:
                return datetime.strptime(text, spelling), "%H" not in spelling
            except ValueError:
                continue
        raise ValueError("no timestamp")
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")  # cut to microseconds
    local = datetime.fromisoformat(f"{match['date']} {match['minute'] or '00:00'}:{match['second'] or '00'}.{fraction}")
    zone = (match["zone"] or "Z").upper()
    offset = timedelta(0)
    if zone not in ("Z", "UTC", "GMT"):
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    aware = local.replace(tzinfo=timezone(offset))
    return aware.astimezone(UTC).replace(tzinfo=None), match["minute"] is None
