{#-
    A text enumeration: trimmed, matched without regard to case, shown as the platform's article spells it. A value
    that the article does not have stays as it came.
-#}
{% macro to_enumeration(column, enumeration) -%}
    {%- set values = {
        'registration_type': [
            'Closed enrollment', 'Open within your organization', 'Open based on Entitlements', 'Free',
        ],
        'enrollment_status': ['Enrolled', 'Withdrawn', 'Removed by Teaching Team', 'Auditing'],
        'completion_status': ['Not Completed', 'Completed'],
        'activity_type': [
            'Video', 'Audio', 'Assignment', 'Video Practice', 'Private Feedback', 'Public Feedback',
            'Course-Wide Discussion', 'Team Discussion', 'Quiz', 'Survey', 'Poll', 'Timed Exam', 'Live Video Event',
            'Third Party Tool', 'Profile Completion', 'Submission Carousel', 'Team Formation', 'Group Formation',
        ],
        'visit_type': ['First', 'Last'],
    }[enumeration] -%}
    case lower({{ to_text(column) }})
        {%- for value in values %}
        when '{{ value | lower }}' then '{{ value }}'
        {%- endfor %}
        else {{ to_text(column) }}
    end
{%- endmacro %}
