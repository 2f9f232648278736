"""The question sets of the sample academy: quizzes, exams, surveys and polls, and every possible answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from playground.academy.offerings import TEXTS

Row = dict[str, object]

QUESTION_COLUMNS = [
    *("activity_id", "activity_type", "course_id", "institution_id", "question_id", "question_text", "question_type"),
    *("response_option_id", "response_option_text", "is_correct", "position", "updated_date", "record_deleted"),
]
"""Columns of question_set_questions: one row per question and option. The platform publishes none; these are ours."""


@dataclass
class QuestionBank:
    """Rows of question_set_questions, and what the simulation of answers needs.

    questions: act_key, item (place in its activity), question_id, is_graded, slope and difficulty (of a two-parameter
    logistic model), wrong_count · answers: one row per question, possible answer and option chosen in it; `answer_no`
    0 is the right answer of a graded question, and points_received add up to 1 over its options.
    """

    random: Random
    questions: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    options: list[Row] = field(default_factory=list)
    _last_id: int = 700_000

    def add_set(self, activity: Row, topic: str) -> int:
        """The questions of one activity; returns how many, 0 for a type without any."""
        activity_type = str(activity["activity_type"])
        if activity_type == "Quiz":
            kinds = ["Multiple Choice", "Multiple Choice", "True/False", "Checkboxes", "Multiple Choice"]
        elif activity_type == "Timed Exam":
            kinds = ["Multiple Choice"] * 6 + ["Checkboxes"] * 2 + ["True/False"] * 2
        elif activity_type == "Survey":
            kinds = ["Rating Scale"] * 3 + ["Free Text"]
        elif activity_type == "Poll":
            kinds = ["Rating Scale"]
        else:
            return 0
        for item, kind in enumerate(kinds):
            self._add(activity, topic, item, kind)
        return len(kinds)

    def _add(self, activity: Row, topic: str, item: int, kind: str) -> None:
        random = self.random
        self._last_id += random.randint(1, 4)
        question_id = self._last_id
        right, wrong = self._draw_options(kind, topic)
        is_graded = bool(right)
        text = random.choice(TEXTS["questions"]).format(topic=topic.lower()) if is_graded else TEXTS["survey"][item]
        self.questions.append(
            {
                "act_key": activity["act_key"],
                "item": item,
                "question_id": question_id,
                "is_graded": is_graded,
                # One item in twenty separates nobody, as in every real question bank.
                "slope": 0.1 if random.random() < 0.05 else random.uniform(0.8, 2.0),
                "difficulty": random.gauss(-1.1, 0.8),
                "wrong_count": len(wrong),
            }
        )
        options = [*right, *wrong]
        order = random.sample(options, len(options)) if is_graded else options
        ids = {option: question_id * 10 + place for place, option in enumerate(order)}
        named = ("activity_id", "activity_type", "course_id", "institution_id", "updated_date")
        common = {name: activity[name] for name in named} | {
            "question_id": question_id,
            "question_text": text,
            "question_type": kind,
            "record_deleted": False,
        }
        self.options += _option_rows(common, {} if kind == "Free Text" else ids, right)
        self.answers += _answer_rows(question_id, {} if kind == "Free Text" else ids, right, wrong)

    def _draw_options(self, kind: str, topic: str) -> tuple[list[str], list[str]]:
        """Right and wrong options of a question, or what people write; nothing is right in a survey."""
        random = self.random
        if kind == "Rating Scale":
            return [], TEXTS["ratings"]
        if kind == "Free Text":
            return [], self._draw_comments(topic)
        if kind == "True/False":
            return random.choice(((["True"], ["False"]), (["False"], ["True"])))
        right = random.sample(TEXTS["right"], 2 if kind == "Checkboxes" else 1)
        return right, random.sample(TEXTS["wrong"], 3)

    def _draw_comments(self, topic: str) -> list[str]:
        """What people write in answer to one question: a remark, a wish, or both."""
        remarks, wishes = (
            self.random.sample([text.format(topic=topic) for text in TEXTS[kind]], len(TEXTS[kind]))
            for kind in ("remarks", "wishes")
        )
        both = [f"{remark} {wish}" for remark in remarks for wish in wishes]
        return [*self.random.sample(both, 200), *remarks, *wishes]


def _option_rows(common: Row, ids: dict[str, int], right: list[str]) -> list[Row]:
    """Rows of question_set_questions: one per option, or one without any for a free text."""
    shown: list[tuple[str | None, int | None]] = [*ids.items()] or [(None, None)]
    return [
        {
            **common,
            "response_option_id": option_id,
            "response_option_text": text,
            "is_correct": text in right if right else None,
            "position": place,
        }
        for place, (text, option_id) in enumerate(shown, start=1)
    ]


def _answer_rows(question_id: int, ids: dict[str, int], right: list[str], wrong: list[str]) -> list[Row]:
    """Every possible answer, a text where there are no ids.

    Answer 0 is every right option; each further one is wrong, for checkboxes a right and a wrong box.
    """
    answers = [right, *([*right[:-1], option] for option in wrong)] if right else [[option] for option in wrong]
    return [
        {
            "question_id": question_id,
            "answer_no": answer_no,
            "response_option_id": ids.get(option),
            "response_text": None if ids else option,
            "is_correct": option in right if right else None,
            "points_received": (1 / len(right) if answer_no == 0 else 0.0) if right else None,
        }
        for answer_no, chosen in enumerate(answers)
        for option in chosen
    ]
