"""An independent reading of the business rules in plain Python, to compare with what dbt builds.

Nothing here looks at `models/`: the rules are written from the public contract alone, one function per table, and
random institutions full of odd cases (spelling.py, records.py, institution.py) are run through both (agreement.py).

settings.py      the variables, and the choices of them that are compared
spelling.py      records.py, classroom.py, question_sets.py, institution.py: the random institutions
casting.py       text → value, and what counts as uncastable
staging.py       every version of a key, the latest first
world.py         one institution and its settings: the reason that leaves a row out
audits.py        audit.* about rows
dimensions.py    dim_*, fct_activity_attempts, fct_lecture_page_views
requirements.py  fct_requirement_fulfillments
outstanding.py   fct_requirement_bottlenecks, fct_outstanding_requirements
enrollments.py   fct_enrollments
completions.py   by course and cohort
survival.py      fct_time_to_complete
trends.py        by day, month and page
questions.py     dim_questions, fct_question_*
extraction.py    random calls, audit.extraction_coverage
"""
