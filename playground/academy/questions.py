"""The question sets of the sample academy: quizzes, exams, surveys and polls, and every possible answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from playground.academy.offerings import COMMENTS, QUESTIONS, RATINGS, RIGHT, SURVEY, WRONG

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
        right: tuple[str, ...] = ()
        wrong: tuple[str, ...]
        if kind == "Rating Scale":
            wrong = RATINGS
        elif kind == "Free Text":
            wrong = COMMENTS
        elif kind == "True/False":
            right, wrong = random.choice(((("True",), ("False",)), (("False",), ("True",))))
        else:
            right = tuple(random.sample(RIGHT, 2 if kind == "Checkboxes" else 1))
            wrong = tuple(random.sample(WRONG, 3))
        is_survey = not right
        text = SURVEY[item] if is_survey else random.choice(QUESTIONS).format(topic=topic.lower())
        self.questions.append(
            {
                "act_key": activity["act_key"],
                "item": item,
                "question_id": question_id,
                "is_graded": not is_survey,
                # One item in twenty separates nobody, as in every real question bank.
                "slope": 0.1 if random.random() < 0.05 else random.uniform(0.8, 2.0),
                "difficulty": random.gauss(-1.1, 0.8),
                "wrong_count": len(wrong),
            }
        )
        options = [*right, *wrong]
        order = options if is_survey else random.sample(options, len(options))
        ids = {option: question_id * 10 + place for place, option in enumerate(order)}
        shown: list[tuple[str | None, int | None]] = [(None, None)] if kind == "Free Text" else list(ids.items())
        for place, (option_text, option_id) in enumerate(shown):
            self.options.append(
                {
                    **{
                        name: activity[name] for name in ("activity_id", "activity_type", "course_id", "institution_id")
                    },
                    "question_id": question_id,
                    "question_text": text,
                    "question_type": kind,
                    "response_option_id": option_id,
                    "response_option_text": option_text,
                    "is_correct": None if is_survey else option_text in right,
                    "position": place + 1,
                    "updated_date": activity["updated_date"],
                    "record_deleted": False,
                }
            )
        # Answer 0 is every right option; each further one is wrong, for checkboxes a right and a wrong box.
        answers = [[*right], *([*right[:-1], option] for option in wrong)] if right else [[option] for option in wrong]
        for answer_no, chosen in enumerate(answers):
            for option in chosen:
                share = 1 / len(right) if right and answer_no == 0 else 0.0
                self.answers.append(
                    {
                        "question_id": question_id,
                        "answer_no": answer_no,
                        "response_option_id": None if kind == "Free Text" else ids[option],
                        "response_text": option if kind == "Free Text" else None,
                        "is_correct": None if is_survey else option in right,
                        "points_received": None if is_survey else share,
                    }
                )
