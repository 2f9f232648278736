"""Question sets: what was asked, what was answered, and what the answers say of the questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from math import sqrt
from typing import Any

from reference.casting import clean
from reference.dimensions import activity_key, dim_activities, fct_activity_attempts, user_key
from reference.enrollments import fct_enrollments
from reference.requirements import dated
from reference.staging import Row, recency
from reference.world import Table, World

QUESTION = ("activity_id", "activity_type", "question_id")
OPTION = (*QUESTION, "response_option_id")
ATTEMPT = ("user_id", "institution_id", "activity_id", "activity_type", "outcome_id")
UNGRADED = ("Survey", "Poll")

Key = tuple[Any, ...]


def grouped(rows: Iterable[Row], names: tuple[str, ...]) -> dict[Key, list[Row]]:
    """Rows by the values of these columns, in which NULL is a value."""
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return found


@cache
def activities(world: World) -> dict[Key, Row]:
    """In-scope activities by id and type."""
    return {(row["activity_id"], row["activity_type"]): row for row in dim_activities(world)}


def versions(world: World, data_set: str, names: tuple[str, ...]) -> dict[Key, list[Row]]:
    """Records of a question set by what identifies an option or an answer; deleted ones are versions, too, while a
    record of a person or course out of scope says nothing of the others."""
    rows = world.staged[data_set].rows
    return grouped((row for row in rows if world.reason(data_set, row) in ("in_scope", "deleted")), names)


def latest(records: list[Row]) -> Row:
    """The latest version, in the order of section 3."""
    return max(records, key=recency)


def now_in_scope(records: list[Row]) -> Row | None:
    """The latest version, unless it takes the record away."""
    row = latest(records)
    return None if row["is_deleted"] else row


@cache
def offered(world: World) -> dict[Key, dict[str, Row]]:
    """Per question its options with an id that are in scope now."""
    found: dict[Key, dict[str, Row]] = defaultdict(dict)
    for key, records in versions(world, "question_set_questions", OPTION).items():
        row = now_in_scope(records)
        if row and row["response_option_id"] is not None:
            found[key[:3]][row["response_option_id"]] = row
    return found


@cache
def key_of(world: World, question: Key) -> frozenset[str]:
    """The options marked right; empty where the question has no key."""
    return frozenset(option for option, row in offered(world).get(question, {}).items() if row["is_correct"])


@cache
def dim_questions(world: World) -> list[Row]:
    """One row per question of an in-scope activity, from the latest of its in-scope records."""
    result = []
    for question, records in grouped(world.rows("question_set_questions"), QUESTION).items():
        activity = activities(world).get(question[:2])
        if activity is None or question[2] is None:
            continue
        row = latest(records)
        result.append(
            dict(zip(QUESTION, question, strict=True))
            | {
                "activity_key": activity_key(activity),
                "course_id": activity["course_id"],
                "question_text": row["question_text"],
                "question_type": row["question_type"],
                "position": row["position"],
                "option_count": len(offered(world).get(question, {})),
                "correct_option_count": len(key_of(world, question)),
            }
        )
    return result


@cache
def questions(world: World) -> dict[Key, Row]:
    """dim_questions by its key."""
    return {tuple(row[name] for name in QUESTION): row for row in dim_questions(world)}


@cache
def takes_one_choice(world: World, question: Key) -> bool:
    """ "single_choice_question_types, trimmed, case ignored"."""
    kind = clean(questions(world).get(question, {}).get("question_type"))
    types = {text.lower() for one in world.settings.single_choice_question_types if (text := clean(one))}
    return kind is not None and kind.lower() in types


@cache
def responses(world: World) -> list[Row]:
    """The records behind fct_question_responses: the latest version of each option or text in an attempt."""
    found = (
        now_in_scope(records)
        for key, records in versions(
            world, "question_set_responses", (*ATTEMPT, "question_id", "response_option_id")
        ).items()
    )
    return [row for row in found if row and row["user_id"] is not None and row["question_id"] is not None]


@cache
def learners(world: World) -> set[Key]:
    """(user_id, institution_id, course_id) of every in-scope learner enrollment; also (user_id, None, course_id)."""
    rows = [row for row in fct_enrollments(world) if row["is_learner"]]
    named = {(row["user_id"], row["institution_id"], row["course_id"]) for row in rows}
    return named | {(user, None, course) for user, _, course in named}


def is_learner(world: World, response: Row) -> bool:
    """ "An in-scope learner enrollment in the activity's course"."""
    activity = activities(world).get((response["activity_id"], response["activity_type"]), response)
    return (response["user_id"], response["institution_id"], activity["course_id"]) in learners(world)


@cache
def fct_question_responses(world: World) -> list[Row]:
    """One row per person, attempt, question and chosen option (NULL for a free text), people of any role."""
    names = (
        *ATTEMPT,
        "question_id",
        "response_option_id",
        "course_id",
        "response_text",
        "points_received",
        "updated_at",
    )
    counting = {id(row) for learners in counted(world).values() for rows in learners.values() for row in rows}
    result = []
    for row in responses(world):
        option = offered(world).get(tuple(row[name] for name in QUESTION), {}).get(row["response_option_id"], {})
        own = row["is_correct"]
        result.append(
            {name: row[name] for name in names}
            | {
                "is_correct": option.get("is_correct") if own is None else own,
                "is_learner": is_learner(world, row),
                "is_counted_attempt": id(row) in counting,
                "user_key": user_key(row),
                "activity_key": activity_key(row),
            }
        )
    return result


@cache
def counted(world: World) -> dict[Key, dict[Key, list[Row]]]:
    """In-scope activity → learner → the responses of the one attempt that counts (item_attempt)."""
    dates = {tuple(row[name] for name in ATTEMPT): dated(row) for row in fct_activity_attempts(world)}
    # An attempt's key has no institution; files of responses may not name one either
    dates |= {(key[0], None, *key[2:]): at for key, at in dates.items()}
    attempts: dict[Key, list[tuple[Any, ...]]] = defaultdict(list)
    for key, rows in grouped((row for row in responses(world) if is_learner(world, row)), ATTEMPT).items():
        if key[2:4] in activities(world):
            moments = [row["updated_at"] for row in rows if row["updated_at"] is not None]
            attempts[key[:4]].append((dates.get(key) or min(moments, default=None), key[4], rows))
    found: dict[Key, dict[Key, list[Row]]] = defaultdict(dict)
    for key, candidates in attempts.items():
        # "The earliest …, NULL last, then outcome_id"; the last likewise
        first = world.settings.item_attempt == "first"
        dated_ones = [one for one in candidates if one[0] is not None] or candidates
        edge = (min if first else max)(one[0] or datetime.min for one in dated_ones)
        tied = [one for one in dated_ones if (one[0] or datetime.min) == edge]
        named = [one for one in tied if one[1] is not None] or tied
        chosen = (min if first else max)(named, key=lambda one: one[1] or "")
        found[key[2:]][key[:2]] = chosen[2]
    return found


@dataclass(frozen=True)
class Answer:
    """What one learner answered to one question."""

    options: frozenset[str]
    is_right: bool | None
    """None where the answer cannot be judged."""


def answer(records: list[Row], key: frozenset[str], one_choice: bool) -> Answer | None:
    """The records of one learner's answer, judged; None where they are not an answer."""
    said = [
        row
        for row in records
        if row["response_option_id"] is not None or row["response_text"] is not None or row["is_correct"] is not None
    ]
    if not said:
        return None
    choices = [row for row in said if row["response_option_id"] is not None]
    others = [row for row in said if row["response_option_id"] is None]
    if one_choice and choices:
        choices = [latest(choices)]
    options = frozenset(row["response_option_id"] for row in choices)
    has_text = any(row["response_text"] is not None for row in others)
    if key and (options or has_text):
        return Answer(options, bool(options) and (options <= key if one_choice else options == key))
    flags = [row["is_correct"] for row in (*choices, *others) if row["is_correct"] is not None]
    return Answer(options, all(flags) if flags else None)


@dataclass(frozen=True)
class Given:
    """An answer beside the learner's other answers in the same attempt."""

    answer: Answer
    rest: Fraction | None
    """Mean score of the other judged ones."""


@cache
def answers(world: World) -> dict[Key, list[Given]]:
    """Question of an in-scope activity → the answer of each learner who gave one."""
    found: dict[Key, list[Given]] = defaultdict(list)
    for people in counted(world).values():
        for rows in people.values():
            given = {}
            for question, records in grouped(rows, QUESTION).items():
                one = answer(records, key_of(world, question), takes_one_choice(world, question))
                if one is not None:
                    given[question] = one
            for question, one in given.items():
                scores = [other.is_right for name, other in given.items() if name != question]
                found[question].append(Given(one, mean(score for score in scores if score is not None)))
    return found


def mean(values: Iterable[Fraction | bool]) -> Fraction | None:
    """Exact; None of nothing."""
    listed = [Fraction(value) for value in values]
    return sum(listed, Fraction(0)) / len(listed) if listed else None


def correlation(pairs: list[tuple[bool, Fraction]]) -> float | None:
    """Pearson's; None where a variance is 0."""
    scores, rests = [Fraction(score) for score, _ in pairs], [rest for _, rest in pairs]
    score_mean, rest_mean = mean(scores) or 0, mean(rests) or 0
    covariance = sum((s - score_mean) * (r - rest_mean) for s, r in zip(scores, rests, strict=True))
    variances = sum((s - score_mean) ** 2 for s in scores) * sum((r - rest_mean) ** 2 for r in rests)
    return float(covariance) / sqrt(variances) if variances else None


@cache
def fct_question_items(world: World) -> list[Row]:
    """One row per question of a graded, in-scope activity with an answer of a learner."""
    enough = world.settings.item_min_respondents
    result = []
    for question, given in answers(world).items():
        if question[1] in UNGRADED:
            continue
        judged = [one for one in given if one.answer.is_right is not None]
        pairs = [(bool(one.answer.is_right), one.rest) for one in judged if one.rest is not None]
        facility = mean(bool(one.answer.is_right) for one in judged)
        discrimination = correlation(pairs) if len(pairs) >= enough else None
        reason = None
        if len(judged) >= enough:
            reason = review_reason(
                facility, discrimination, wrong_key_suspected(key_of(world, question), judged, enough)
            )
        activity = activities(world)[question[:2]]
        result.append(
            dict(zip(QUESTION, question, strict=True))
            | {
                "activity_key": activity_key(activity),
                "course_id": activity["course_id"],
                "question_text": questions(world).get(question, {}).get("question_text"),
                "respondent_count": len(given),
                "judged_count": len(judged),
                "correct_count": sum(bool(one.answer.is_right) for one in judged),
                "facility": None if facility is None else float(facility),
                "discrimination": discrimination,
                "review_reason": reason,
                "needs_review": reason is not None,
            }
        )
    return result


def wrong_key_suspected(key: frozenset[str], judged: list[Given], enough: int) -> bool:
    """Whether those who chose some wrong option do better elsewhere than those who are right."""
    right = mean(one.rest for one in judged if one.answer.is_right and one.rest is not None)
    if not key or right is None:
        return False
    by_option: dict[str, list[Fraction]] = defaultdict(list)
    for one in judged:
        if one.rest is not None:
            for option in one.answer.options - key:
                by_option[option].append(one.rest)
    return any(
        len(rests) >= enough and round(float(mean(rests) or 0), 9) > round(float(right), 9)
        for rests in by_option.values()
    )


def review_reason(facility: Fraction | None, discrimination: float | None, wrong_key: bool) -> str | None:
    """The first that applies, "figures rounded to 9 decimals"."""
    easy = None if facility is None else round(float(facility), 9)
    apart = None if discrimination is None else round(discrimination, 9)
    if wrong_key:
        return "wrong_key_suspected"
    if apart is not None and apart < 0:
        return "negative_discrimination"
    if easy is not None and easy < 0.3:
        return "too_hard"
    if apart is not None and apart < 0.1:
        return "low_discrimination"
    if easy is not None and easy > 0.95:
        return "too_easy"
    return None


@cache
def fct_question_options(world: World) -> list[Row]:
    """One row per option that an answered question of an in-scope activity offers, or that somebody chose."""
    texts = versions(world, "question_set_questions", OPTION)
    result = []
    for question, given in answers(world).items():
        activity, key = activities(world)[question[:2]], key_of(world, question)
        options = {*offered(world).get(question, {})}.union(*(one.answer.options for one in given))
        for option in options:
            chosen = [one for one in given if option in one.answer.options]
            rests = [one.rest for one in chosen if one.rest is not None and question[1] not in UNGRADED]
            rest = mean(rests)
            said = [row for row in texts.get((*question, option), []) if row["response_option_text"] is not None]
            result.append(
                dict(zip(OPTION, (*question, option), strict=True))
                | {
                    "activity_key": activity_key(activity),
                    "course_id": activity["course_id"],
                    "question_text": questions(world).get(question, {}).get("question_text"),
                    # "Its last text, also of an option taken away"
                    "response_option_text": latest(said)["response_option_text"] if said else None,
                    "is_correct": option in key if key else None,
                    "respondent_count": len(given),
                    "chosen_count": len(chosen),
                    "chosen_ratio": len(chosen) / len(given),
                    "chosen_with_rest_count": len(rests),
                    "mean_rest": None if rest is None else float(rest),
                }
            )
    return result


TABLES = {
    "marts.dim_questions": Table(QUESTION, dim_questions),
    "marts.fct_question_responses": Table((*ATTEMPT, "question_id", "response_option_id"), fct_question_responses),
    "marts.fct_question_items": Table(QUESTION, fct_question_items),
    "marts.fct_question_options": Table(OPTION, fct_question_options),
}
