"""Quiz items, which of them need a look, and what surveys were answered."""

from __future__ import annotations

from typing import Any

from reporter import charts
from reporter.courses import Courses, shorten
from reporter.figure import ALL, Column, Figure, Section, State, begin, count, more, share
from reporter.source import Source

_MART = "marts.fct_question_items"
_ITEMS = 300
_TO_REVIEW = 20
_QUESTIONS = 15
"""Survey questions of a course."""
_TEXT = 90
_REASONS = {
    "wrong_key_suspected": "the key may be wrong: strong learners prefer another option",
    "negative_discrimination": "strong learners get it wrong more often than weak ones",
    "too_hard": "too hard: fewer than 30% are right",
    "low_discrimination": "hardly tells strong learners from weak ones",
    "too_easy": "too easy: more than 95% are right",
}


def items(source: Source, courses: Courses) -> Section:
    """Facility and discrimination of quiz items, and the ones to review."""
    found = source.rows(
        "select items.course_id, question_text, activities.activity_title, judged_count as n, facility, discrimination,"
        " review_reason from marts.fct_question_items as items"
        " left join marts.dim_activities as activities using (activity_id, activity_type)"
        " where judged_count >= ? and items.course_id in (select unnest(?))"
        " order by review_reason is null, judged_count desc, items.activity_key, question_id",
        source.smallest,
        courses.ids,
    )
    by_course: dict[str, list[dict[str, Any]]] = {key: [] for key in courses.titles}
    for row in found:
        by_course[str(row["course_id"])].append(_item(row, courses.titles[str(row["course_id"])]))
    shown = [row for rows in by_course.values() for row in rows]
    order = list(_REASONS.values())
    shown.sort(
        key=lambda row: (not row["reason"], order.index(row["reason"]) if row["reason"] in order else 9, -row["n"])
    )
    states = {}
    reviews = {}
    if shown and courses.is_total_shown:
        states[ALL], reviews[ALL] = _item_states(source, "all courses", shown)
    for key, rows in by_course.items():
        if rows:
            states[key], reviews[key] = _item_states(source, courses.titles[key], rows)
    columns = [
        Column("question", "Question"),
        Column("reason", "To review because"),
        Column("n", "Judged (n)", "count"),
        Column("facility", "Facility", "share"),
        Column("discrimination", "Discrimination", "fine"),
        Column("activity", "Activity"),
        Column("course", "Course"),
    ]
    nothing = {ALL: State("No quiz item has been answered by enough learners", "", [])}
    chart = charts.items(
        "facility",
        "discrimination",
        "review",
        {
            "question": ("Question", "text"),
            "activity": ("Activity", "text"),
            "course": ("Course", "text"),
            "facility": ("Facility", "share"),
            "discrimination": ("Discrimination", "fine"),
            "n": ("Judged", "count"),
            "reason": ("To review because", "text"),
        },
    )
    return Section(
        "items",
        "Quiz items",
        [
            Figure(
                "items",
                "A point per question: to the right the easier it is, up the better it tells strong learners from weak"
                " ones; diamonds are to be reviewed.",
                columns,
                states or nothing,
                charts=[("", chart)],
                cards=(
                    "marts.fct_question_items.facility",
                    "marts.fct_question_items.discrimination",
                    "marts.fct_question_items.review_reason",
                ),
                follows_course=True,
                source=_MART,
            ),
            Figure(
                "items-to-review",
                "The questions to review, with the reason.",
                columns,
                reviews or nothing,
                follows_course=True,
                source=_MART,
            ),
        ],
    )


def _item(row: dict[str, Any], course: str) -> dict[str, Any]:
    return {
        "question": shorten(row["question_text"] or "Untitled question", _TEXT),
        "activity": shorten(row["activity_title"] or "Untitled activity", 50),
        "course": course,
        "n": row["n"],
        "facility": None if row["facility"] is None else round(row["facility"], 3),
        "discrimination": None if row["discrimination"] is None else round(row["discrimination"], 2) + 0.0,
        "reason": _REASONS.get(row["review_reason"], row["review_reason"]),
        "review": "to review" if row["review_reason"] else "fine",
    }


def _item_states(source: Source, title: str, rows: list[dict[str, Any]]) -> tuple[State, State]:
    to_review = [row for row in rows if row["reason"]]
    undrawn = sum(row["discrimination"] is None or row["facility"] is None for row in rows[:_ITEMS])
    finding = f"{len(to_review):,} of {count(len(rows), 'quiz item')} should be reviewed"
    note = (
        f"{begin(title)}; n = {count(len(rows), 'item')} with at least {source.smallest} judged answers, one attempt"
        " per learner, those to review first."
    )
    note += more(len(rows) - _ITEMS, "further item", _MART)
    if undrawn:
        note += f" {undrawn:,} without a discrimination are in the table only."
    state = State(finding, note, rows[:_ITEMS])
    shown = to_review[:_TO_REVIEW]
    review = State(
        "The items to review" if shown else "No item needs a review",
        f"{begin(title)}: {count(len(shown), 'item')}.{more(len(to_review) - len(shown), 'further item', _MART)}",
        shown,
    )
    return state, review


def surveys(source: Source, courses: Courses) -> Section:
    """How often each option of a survey question was chosen."""
    found = source.rows(
        "select options.course_id, activities.activity_title, options.activity_key, options.question_id,"
        " coalesce(options.question_text, questions.question_text) as question,"
        " response_option_text as option, options.respondent_count as n, chosen_count as chosen, chosen_ratio as ratio"
        " from marts.fct_question_options as options"
        " left join marts.dim_questions as questions using (activity_id, activity_type, question_id)"
        " left join marts.dim_activities as activities using (activity_id, activity_type)"
        " where activity_type in ('Survey', 'Poll') and options.respondent_count >= ?"
        " and options.course_id in (select unnest(?))"
        " order by options.course_id, options.activity_key, questions.position nulls last, options.question_id,"
        " response_option_id",
        source.smallest,
        courses.ids,
    )
    by_course: dict[str, dict[tuple[str, str], list[dict[str, Any]]]] = {key: {} for key in courses.titles}
    for row in found:
        asked = by_course[str(row["course_id"])]
        asked.setdefault((row["activity_key"], row["question_id"]), []).append(row)
    states = {}
    for key, asked in by_course.items():
        if not asked:
            continue
        rows = [
            {
                "question": f"{number}. {shorten(row['question'] or 'Untitled question', _TEXT)} (n {row['n']:,})",
                "activity": shorten(row["activity_title"] or "Untitled survey", 50),
                "option": shorten(row["option"] or "Untitled option", 60),
                "chosen": row["chosen"],
                "n": row["n"],
                "ratio": round(row["ratio"], 3),
                "text": share(row["ratio"]),
            }
            for number, options in enumerate(list(asked.values())[:_QUESTIONS], start=1)
            for row in options
        ]
        favorite = max(rows, key=lambda row: row["ratio"])
        note = (
            f"{courses.titles[key]}: {count(len(asked), 'question')} of surveys and polls, learners only, one attempt"
            " each; several options may be chosen."
        )
        note += more(len(asked) - _QUESTIONS, "further question", "marts.fct_question_options")
        states[key] = State(
            f"{courses.titles[key]}: the most frequent answer is “{favorite['option']}” ({share(favorite['ratio'])} of"
            f" question {favorite['question'].partition('.')[0]})",
            note,
            rows,
        )
    figure = Figure(
        "surveys",
        "Under each question a bar per option: the share of the respondents who chose it.",
        [
            Column("question", "Question"),
            Column("option", "Option"),
            Column("chosen", "Chosen by", "count"),
            Column("n", "Respondents (n)", "count"),
            Column("ratio", "Share", "share"),
            Column("activity", "Survey"),
        ],
        states or {ALL: State("No survey has been answered by enough learners", "", [])},
        charts=[
            (
                "",
                charts.share_bars(
                    "option",
                    "ratio",
                    "text",
                    "Respondents who chose it",
                    {"option": ("Option", "text"), "chosen": ("Chosen by", "count"), "n": ("Respondents", "count")},
                ),
            )
        ],
        panels="question",
        cards=("marts.fct_question_options.chosen_ratio", "marts.fct_question_options.respondent_count"),
        follows_course=True,
        source="marts.fct_question_options",
    )
    return Section(
        "surveys", "What surveys say", [figure], "Per course; without a choice, the largest course with a survey."
    )
