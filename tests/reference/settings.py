"""The variables of dbt_project.yml that decide numbers, and the choices of them that are compared."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Settings:
    """As the contract's list of variables has them; only as_of has no default here."""

    as_of: datetime
    reporting_timezone: str = "UTC"
    watch_threshold: Decimal = Decimal(1)
    excluded_email_domains: tuple[str, ...] = ("novoed.com",)
    never_started_after_days: int = 14
    silent_after_days: int = 30
    item_attempt: str = "first"
    item_min_respondents: int = 10
    single_choice_question_types: tuple[str, ...] = ()
    timestamp_formats: tuple[str, ...] = ()

    def dbt_vars(self) -> dict[str, object]:
        """What dbt is told with --vars."""
        return asdict(self) | {
            "as_of": f"{self.as_of.isoformat()}Z",
            "watch_threshold": float(self.watch_threshold),
        }


CHOICES = (
    Settings(
        as_of=datetime(2024, 6, 30, 18, 30),
        reporting_timezone="Asia/Kolkata",
        watch_threshold=Decimal("0.9"),
        item_min_respondents=3,
        single_choice_question_types=("single choice", "Drop-down"),
    ),
    Settings(
        as_of=datetime(2026, 1, 1, 3, 30),
        reporting_timezone="America/New_York",
        excluded_email_domains=("NovoEd.com", "partner.example"),
        never_started_after_days=0,
        silent_after_days=45,
        timestamp_formats=("%m/%d/%Y %H:%M", "%d.%m.%Y"),
        item_attempt="last",
        item_min_respondents=2,
        single_choice_question_types=(" Single Choice",),
    ),
)
"""Each is one run of dbt, over the institutions that have drawn it."""
