"""Values that engines like to read differently, as rows of schema raw: each is cast by staging on both."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from sys import maxunicode
from unicodedata import ucd_3_2_0 as unicode_3_2

Rows = list[dict[str, object]]

DATES = (
    "2024-05-01", "2024-02-29", "2024-02-30", "1999-12-31", "2000-01-01", "2099-12-31", "2100-01-01", "0001-01-01",
    "9999-12-31", "0000-01-01", "2024-03-10", "2024-11-03", "24-05-01",
)  # fmt: skip
"""Both clock changes of New York among them."""
TIMES = (
    "", "T10:20", " 02:30", "t10:20:30", " 01:30:00", " 23:59:59.9999999", "T10:20:30,5", " 10:20:30.",
    " 10:20:30.123456789012", " 24:00:00", " 10:60", " 10:20:60", " 00:00:00",
)  # fmt: skip
ZONES = (
    "", "Z", "z", " UTC", "\u3000utc", "GMT", "+02", " +02:00", "\t-0530", "+02:75", "+25:00", "+23:30", " CET", "+2",
    "-01:00", "+14:00", " \u2028", "\u200b",
)  # fmt: skip
FORMATTED = (
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


ROLES = ("org_admin,Org_Mentor", " org_admin , course_MANAGER,", ",", "a,,b", "other\u200b,İ", "org_admin")
UPPER_CASE = [
    character for character in map(chr, range(128, maxunicode)) if unicode_3_2.category(character) in ("Lu", "Lt")
]
"""Every letter beyond ASCII that has a small one in a Unicode that both engines have been taught."""
DAYS = (
    "0001-01-01", "1999-12-31", "2000-02-29", "2011-12-29", "2011-12-30", "2018-11-03", "2018-11-04", "2024-01-31",
    "2024-02-29", "2024-03-09", "2024-03-10", "2024-03-31", "2024-04-06", "2024-04-07", "2024-04-26", "2024-10-06",
    "2024-10-31", "2024-11-02", "2024-11-03", "2099-12-31", "9999-12-31",
)  # fmt: skip
CLOCK = (
    "00:00:00", "00:30:00", "01:30:00", "01:59:59.999999", "02:00:00", "02:30:00", "05:00:00", "06:30:00", "07:00:00",
    "18:30:00.000001", "23:59:59.999999",
)  # fmt: skip
TIME_ZONES = (
    "UTC", "America/New_York", "America/Havana", "America/Sao_Paulo", "Europe/Dublin", "Africa/Cairo", "Asia/Beirut",
    "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati",
)  # fmt: skip
"""Changes at midnight, of half an hour, of a whole day; the wrong way round in winter, and none."""
FORMATS = (
    "%m/%d/%Y %H:%M", "%-d.%-m.%y", "%d.%m.%Y", "%d %b %Y %I:%M:%S %p", "%B %d, %Y", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y%m%d",
    "%H:%M %d/%m/%y", "%d/%m/%Y %I %p", "%Y/%m/%d %H:%M:%S.%f", "100%% %Y", "%d\\%m\\%Y", "%b %Y", "%m/%d/%Y %H:%M %p",
)  # fmt: skip
MORE_FORMATTED = (
    "31 Jan 2024 12:00:00 AM", "31 jan 2024 12:00:00 pm", "31 JANUARY 2024 1:02:03 PM", "1 Sept 2024 1:02:03 PM",
    "31 Jan 2024 13:00:00 PM", "31 Jan 2024 0:00:00 AM", "February 29, 2024", "February 29, 2023", "may 1, 2024",
    "May  1,  2024", "2024-01-31T10:20:30.5+02:30", "2024-01-31T10:20:30.123456-0800", "2024-01-31T10:20:30.1234567+02",
    "2024-01-31T10:20:60.5+02:30", "20240131", "202401", "2024 131", "10:20 31/1/68", "10:20 31/1/69", "24:00 31/1/24",
    "31/1/2024 12 am", "31/1/2024 12 PM", "31/1/2024 0 PM", "2024/1/31 1:2:3.4", "2024/01/31 01:02:03.123456",
    "2024/01/31 01:02:03", "100% 2024", "100%2024", "31\\1\\2024", "Jan 2024", "1/31/2024 13:00 PM",
    "1/31/2024 0:30 AM", "01/31/0001 09:05", "12/31/9999 23:59", "1/31/20245 9:05", " 1/31/2024 9:05",
    "1/31/2024\t9:05",
)  # fmt: skip


def awkward_rows() -> dict[str, Rows]:
    """Rows by data set, with ids of their own; every value in a column that is cast to its type."""
    moments = ["".join(parts) for parts in product(DATES, TIMES, ZONES)] + list(FORMATTED)
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
            for n, (number, day) in enumerate(product(NUMBERS, DATES), start=900_000)
        ],
        "enrollments": [
            {"enrollment_id": str(n), "course_id": str(n), "user_id": str(n), "institution_id": "900",
             "enrollment_status": STATUSES[n % len(STATUSES)], "enrollment_date": "2024-03-09 23:59:59.999999"}
            for n in range(900_000, 900_000 + len(NUMBERS) * len(DATES))
        ],
        "course_activities": [
            {"activity_id": key, "activity_type": kind, "course_id": "900000", "target": NUMBERS[n % len(NUMBERS)],
             "deadline": DATES[n % len(DATES)], "is_todo": "true"}
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


def macro_cases() -> dict[str, object]:
    """The same values, and some more, as variables of the project tests/spark/macros."""
    return {
        "dates": DATES,
        "times": TIMES,
        "offsets": ZONES,
        "formatted": [*FORMATTED, *MORE_FORMATTED, *TEXTS],
        "formats": FORMATS,
        "numbers": [*NUMBERS, *KEYS],
        "texts": [*TEXTS, *BOOLEANS, *STATUSES, *ROLES, None],
        "upper_case": UPPER_CASE,
        "days": DAYS,
        "timestamps": [*(f"{day} {time}" for day, time in product(DAYS, CLOCK)), None],
        "zones": TIME_ZONES,
    }
