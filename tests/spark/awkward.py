"""Values that engines like to read differently, as rows of schema raw: each is cast by staging on both."""

from __future__ import annotations

from datetime import datetime
from itertools import product

Rows = list[dict[str, object]]

_DATES = (
    "2024-05-01", "2024-02-29", "2024-02-30", "1999-12-31", "2000-01-01", "2099-12-31", "2100-01-01", "0001-01-01",
    "9999-12-31", "0000-01-01", "2024-03-10", "2024-11-03", "24-05-01",
)  # fmt: skip
"""Both clock changes of New York among them."""
_TIMES = (
    "", "T10:20", " 02:30", "t10:20:30", " 01:30:00", " 23:59:59.9999999", "T10:20:30,5", " 10:20:30.",
    " 10:20:30.123456789012", " 24:00:00", " 10:60", " 10:20:60", " 00:00:00",
)  # fmt: skip
_ZONES = (
    "", "Z", "z", " UTC", "\u3000utc", "GMT", "+02", " +02:00", "\t-0530", "+02:75", "+25:00", "+23:30", " CET", "+2",
    "-01:00", "+14:00", " \u2028", "\u200b",
)  # fmt: skip
_FORMATTED = (
    "1/31/2024 9:05", "01/31/2024  09:05", "1/31/2024 24:00", "2/30/2024 9:05", "13/1/2024 9:05", "1/31/24 9:05",
    "1/31/2024 9:5 ", "1/31/2024 9:05 PM", "31.1.2024", "31.01.2024", "31.1.24", "31.1.02024", "1.13.2024", "epoch",
    "infinity",
)  # fmt: skip
NUMBERS = (
    "0", "-0", "+7", " 7 ", "\u30007", "7.0", "7.", ".5", "7.5", "1e3", "1E+3", "1e400", "-1e400", "1e-400", "1d",
    "1f", "0x10", "1_0", "nan", "NaN", "inf", "Infinity", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "99999999999999999999", "0.1", "0.30000000000000004", "123456789012345.678", "0007",
    "1,5", "\u0663", "true", "", " ", "\u200b1", "1\u200b",
)  # fmt: skip
BOOLEANS = ("true", "TRUE", "t", "1", "1.0", "yes", "Y", "0.0", "No", "n\u200b", "\ufeffF", "on", "2", "tru\u0435", "")
TEXTS = (
    "plain", " trimmed\t", "\u3000wide\u00a0", "in  side", "a\u200bb", "\u200b", "line\nend\n", "tab\tin", "it's",
    'say "so"', "back\\slash", "50%", "İstanbul", "ΟΔΟΣ", "straße", "STRASSE", "ǅ", "Ⅷ", "\u212aelvin", "é", "e\u0301",
    "😀 a", "{{ x }}", "$1", "\\1", "",
)  # fmt: skip
KEYS = (
    "607001",
    "607001.0",
    "607001.00",
    "-5.0",
    "a.0",
    "a b",
    "a  b",
    "A B",
    " a b ",
    "1.0.0",
    "İ",
    "\u0131",
    "Σ",
    "",
)
STATUSES = (
    "Enrolled", "ENROLLED", " enrolled ", "Enrolled\u200b", "removed  by teaching\u3000TEAM", "Unknown", "WİTHDRAWN",
    "Withdrawn\n", "",
)  # fmt: skip


def awkward_rows() -> dict[str, Rows]:
    """Rows by data set, with ids of their own; every value in a column that is cast to its type."""
    moments = ["".join(parts) for parts in product(_DATES, _TIMES, _ZONES)] + list(_FORMATTED)
    rows: dict[str, Rows] = {
        "users": [
            {"user_id": str(n), "institution_id": "900", "created_date": moment, "first_name": TEXTS[n % len(TEXTS)],
             "email_address": f"{TEXTS[n % len(TEXTS)]}@Example.COM", "record_deleted": BOOLEANS[n % len(BOOLEANS)]}
            for n, moment in enumerate(moments, start=900_000)
        ],
        "courses": [
            # points are told apart as far as 18 digits; more of them fail a data test, on both engines
            {"course_id": str(n), "num_of_points_required": number[:18], "self_paced_access_limit": number,
             "end_date": day, "self_paced": "1"}
            for n, (number, day) in enumerate(product(NUMBERS, _DATES), start=900_000)
        ],
        "enrollments": [
            {"enrollment_id": str(n), "course_id": str(n), "user_id": str(n), "institution_id": "900",
             "enrollment_status": STATUSES[n % len(STATUSES)], "enrollment_date": "2024-03-09 23:59:59.999999"}
            for n in range(900_000, 900_000 + len(NUMBERS) * len(_DATES))
        ],
        "course_activities": [
            {"activity_id": key, "activity_type": kind, "course_id": "900000", "target": NUMBERS[n % len(NUMBERS)],
             "deadline": _DATES[n % len(_DATES)], "is_todo": "true"}
            for n, (key, kind) in enumerate(product(KEYS, ("Video", "LİVE video EVENT", "ΟΔΟΣ", "Quiz")))
        ],
    }  # fmt: skip
    for data_set, of_data_set in rows.items():
        for number, row in enumerate(of_data_set, start=1):
            row |= {
                "_source_file": f"{data_set}/awkward.csv",
                "_source_row": number,
                "_loaded_at": datetime(2024, 6, 20, 3, 0, 0, 250_000),
            }
    return rows
