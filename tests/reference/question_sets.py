"""Random question sets: quizzes, exams, surveys and polls, with every oddity that their files can have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reference.records import FILES, LOAD_RUNS, Plan, Records
from reference.settings import CHOICES
from reference.staging import Raw

KINDS = ("Quiz", "Quiz", "Timed Exam", "Survey", "Poll", "Hologram")
QUESTION_TYPES = (
    "Multiple Choice",
    "Single Choice",
    " SINGLE choice ",
    "single\u200b  Choice",
    "Drop-down",
    "Matrix",
    None,
)
OUTCOMES = (None, "o1", "o2", "O2", "o 3", "70", "x9")
"""Those of the learners' attempts, and one that no attempt has."""
SEEDS = 1_000_000
"""Added to the institution's seed, so that its question sets are drawn apart from everything else."""


@dataclass(frozen=True)
class Question:
    """A question as it is meant, before its records get odd."""

    plan: Plan
    question_id: str
    question_type: str | None
    offered: tuple[str, ...]
    right: frozenset[str]
    marks: str
    """What the records say of an option: `all`, `right` ones only, `wrong` ones only (so there is no key) or `none`."""


def question_set_plans(records: Records) -> list[Plan]:
    """Activities with questions; a quiz and an exam share an id."""
    rng, base = records.rng, records.base
    ids = rng.sample([str(base + 501), str(base + 502), f"Q{base}", f"A{base}-1"], 3)
    kinds = rng.sample(KINDS, 3)
    plans = [
        Plan(one, kind, records.courses[rng.choice([0, 0, 0, 1])], None, None)
        for one, kind in zip(ids, kinds, strict=True)
    ]
    twin = "Timed Exam" if plans[0].activity_type != "Timed Exam" else "Quiz"
    return [*plans, Plan(plans[0].activity_id, twin, records.courses[0], None, None)]


class QuestionSets(Records):
    """The rows of both data sets for the activities of one institution, in `rows`; _source_row is still missing."""

    def __init__(self, seed: int, of: Records, users: list[tuple[int, int]], plans: list[Plan]) -> None:
        super().__init__(seed + SEEDS, of.settings, of.base)
        self.seed = seed
        self.courses = of.courses
        self.rows: dict[str, list[Raw]] = {"question_set_questions": [], "question_set_responses": []}
        # One API key is one institution, so some files do not name it; then an id is one person's
        self.names_institution = of.settings == CHOICES[0]
        single = [one for one in users if [user for user, _ in users].count(one[0]) == 1]
        self.users = users if self.names_institution else single
        self.able = {user: self.rng.random() for user in self.users}
        for plan in plans:
            questions = [self._question(plan, number) for number in range(self.rng.choice([1, 2, 3, 3, 4]))]
            for question in questions:
                if self.chance(0.95):
                    self._ask(question)
            for user in self.users:
                for outcome in self.rng.sample(OUTCOMES, self.rng.choice([0, 1, 1, 1, 2])):
                    for question in questions:
                        self._answer(question, user, outcome)

    def _question(self, plan: Plan, number: int) -> Question:
        offered = tuple(str(self.base + 10 * number + place) for place in range(self.rng.choice([0, 2, 3, 3, 4])))
        right = frozenset(self.rng.sample(offered, min(len(offered), self.rng.choice([1, 1, 1, 2, 3]))))
        marks = self.rng.choice(["all", "all", "right", "right", "wrong", "none"])
        return Question(plan, f"{self.base + number}", self.rng.choice(QUESTION_TYPES), offered, right, marks)

    def _put(self, data_set: str, row: Raw, at: datetime | None) -> None:
        """The record, seldom twice: whole records repeat over files and load runs."""
        row["updated_date"] = None if at is None else self.time(at, 0.03)
        row |= {"order": "1", "2nd": self.rng.choice([None, " 4", "4"])}
        for _ in range(self.rng.choice([1, 1, 1, 1, 1, 2])):
            file, run = self.rng.choice(FILES)
            origin = {"_source_file": f"{data_set}/{self.seed:05}/{file}", "_loaded_at": LOAD_RUNS[run]}
            self.rows[data_set].append(row | origin)

    def key(self, value: str | None, missing: float = 0.01) -> str | None:
        """A text key in one of the ways to write it."""
        if value is None:
            return None
        spellings = [
            value,
            value,
            value,
            value,
            value,
            f"{value[:1]}\u200b{value[1:]}",
            f"\ufeff{value}",
            f"{value}\u3000",
        ]
        if value.isdigit():
            spellings.append(f"{value}.0")
        return self.odd(self.rng.choice(spellings), (), missing)

    def _ask(self, question: Question) -> None:
        """One to three versions of each record of a question."""
        options: list[str | None] = [*question.offered]
        if not options or self.chance(0.1):
            options.append(None)
        removed = self.chance(0.06)
        course = self.course(question.plan.course_id)
        for option in options:
            shared = self.moment()
            for version in range(self.rng.choice([1, 1, 1, 2, 3])):
                right = option in question.right or (option is None and self.chance(0.3))
                marked = {
                    "all": right,
                    "right": True if right else None,
                    "wrong": None if right else False,
                    "none": None,
                }[question.marks]
                if self.chance(0.05):
                    marked = self.rng.choice([True, False, None])
                row = {
                    "activity_id": self.key(question.plan.activity_id if self.chance(0.98) else "gone"),
                    "activity_type": self.spell(question.plan.activity_type, 0.01),
                    "course_id": course if self.chance(0.95) else self.course(question.plan.course_id),
                    "question_id": self.key(question.question_id),
                    "question_text": self.title(f"Why {version}?"),
                    "question_type": question.question_type if self.chance(0.9) else self.rng.choice(QUESTION_TYPES),
                    "response_option_id": self.key(option),
                    "response_option_text": self.rng.choice([None, self.title(f"Because {option} {version}")]),
                    "position": self.count(1, 2, None),
                    "is_correct": None if marked is None else self.boolean(float(marked), 0.02),
                    "record_deleted": self.boolean(0.8 if removed else 0.05),
                }
                self._put("question_set_questions", row, self._moved(shared, version))

    def _moved(self, shared: datetime, version: int) -> datetime | None:
        """When a version was updated: often later than the one before, often at the same time, seldom nobody knows."""
        if self.chance(0.06):
            return None
        return shared + timedelta(seconds=version) if self.chance(0.5) else shared

    def _answer(self, question: Question, user: tuple[int, int], outcome: str | None) -> None:
        """What somebody says to a question in an attempt: one or several records, in one to three versions."""
        if self.chance(0.08):
            return
        known = self.rng.random() < 0.2 + 0.7 * self.able[user]
        shared = self.moment()
        for choice in self._choices(question, known):
            own = self.rng.choice([None, None, "right", known])
            for version in range(self.rng.choice([1, 1, 1, 1, 2])):
                is_correct = known if own == "right" else own
                if self.chance(0.05):
                    is_correct = self.rng.choice([True, False, None])
                self._put(
                    "question_set_responses",
                    self._response(question, user, outcome)
                    | choice
                    | {"is_correct": None if is_correct is None else self.boolean(float(is_correct), 0.02)},
                    self._moved(shared, version),
                )
            shared += self.rng.choice([timedelta(0), timedelta(minutes=1), -timedelta(minutes=1)])

    def _response(self, question: Question, user: tuple[int, int], outcome: str | None) -> Raw:
        row: Raw = {
            "user_id": self.user(user[0]),
            "institution_id": self.institution(user[1]) if self.names_institution else None,
            "course_id": self.course(question.plan.course_id),
            "activity_id": self.key(question.plan.activity_id),
            "activity_type": self.spell(question.plan.activity_type, 0.01),
            "outcome_id": self.key(outcome),
            "question_id": self.key(question.question_id if self.chance(0.98) else "unasked"),
            "points_received": self.rng.choice([None, "0", "1", "0.5", "n/a"]),
            "record_deleted": self.boolean(0.05),
        }
        return row

    def _choices(self, question: Question, known: bool) -> list[dict[str, Any]]:
        """Options and texts of one answer: the right ones, some others, a text, both, or nothing at all."""
        kind = self.rng.choice(["options"] * 8 + ["changed", "changed", "text", "both", "blank", "unlisted"])
        options = [*question.offered]
        chosen: list[str | None] = []
        if kind in ("options", "changed", "both") and options:
            wrong = self.rng.sample(options, self.rng.randint(1, min(2, len(options))))
            chosen = [*sorted(question.right)] if known else [*wrong]
        if kind == "changed" and options:
            chosen = [self.rng.choice(options), *chosen]
        if kind == "unlisted":
            chosen = [str(self.base + 999), *chosen]
        choices: list[dict[str, Any]] = [
            {"response_option_id": self.key(option), "response_text": None} for option in dict.fromkeys(chosen)
        ]
        if kind in ("text", "both") or (not choices and kind != "blank"):
            choices.append({"response_option_id": None, "response_text": self.title("Because")})
        if kind == "blank":
            choices.append({"response_option_id": None, "response_text": self.rng.choice([None, "", " "])})
        return choices
