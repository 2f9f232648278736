{#- The values of every text enumeration, as the platform's article spells them, by type of novoed_dictionary. -#}
{% macro novoed_enumerations() %}
    {{ return({
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
        'org_admin_role': ['org_admin', 'org_mentor', 'course_manager'],
    }) }}
{% endmacro %}
