"""An independent reading of the business rules in plain Python, to compare with what dbt builds.

Nothing here looks at `models/`: the rules are written from the public contract alone, one function per table, and
random institutions full of odd cases (spelling.py, records.py, institution.py) are run through both (agreement.py).

casting.py       text → value, and what counts as uncastable
staging.py       one version per key, audit.cast_failures
scope.py         the reason that leaves a row out, audit.row_accounting
dimensions.py    dim_*, fct_activity_attempts, fct_lecture_page_views
requirements.py  fct_requirement_fulfillments, fct_enrollments
trends.py        fct_course_completions and the other tables by course
"""
