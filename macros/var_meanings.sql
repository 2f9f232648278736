{#- The vars of dbt_project.yml, and what each takes: the one place that lists them. -#}
{% macro var_meanings() -%}
    {{ return({
        'as_of': 'an ISO 8601 date or timestamp such as 2026-01-31T00:00:00, or nothing for the time of the run',
        'reporting_timezone': 'a name of the tz database such as Europe/Berlin',
        'watch_threshold': 'a number above 0 and up to 1, such as 0.9',
        'excluded_email_domains': 'a list of domains without @, blanks and *, such as [novoed.com]',
        'never_started_after_days': 'a whole number of days, 0 or more',
        'silent_after_days': 'a whole number of days, 0 or more',
        'item_attempt': 'first or last',
        'item_min_respondents': 'a whole number of people, 0 or more',
        'single_choice_question_types': 'a list of question types, such as ["Single choice"]',
        'min_group_size': 'a whole number of people, 0 or more',
        'metric_attribute': 'the name of an attribute in lower case, such as department',
        'metric_course_attribute': 'the name of an attribute in lower case, such as program',
        'timestamp_formats': 'a list of strptime formats, such as ["%m/%d/%Y %H:%M"]',
        'gate_max_stale_days': 'a whole number of days, 0 or more',
        'gate_max_unreadable_ratio': 'a share from 0 to 1, such as 0.05',
        'gate_max_rejected_ratio': 'a share from 0 to 1, such as 0.01',
        'gate_max_unmatched_ratio': 'a share from 0 to 1, such as 0.05',
        'gate_max_lost_row_ratio': 'a share from 0 to 1, such as 0.2',
        'gate_max_moved_ratio': 'a share from 0 to 1, such as 0.15',
        'gate_max_reopened_ratio': 'a share from 0 to 1, such as 0.02',
        'gate_max_rewritten_ratio': 'a share from 0 to 1, such as 0.05',
        'gate_min_count': 'a whole number of rows, 0 or more',
    }) }}
{%- endmacro %}
