select
    input,
    {%- for type in [
        'text', 'key', 'id', 'whole_number', 'decimal_number', 'boolean', 'org_admin_role', 'activity_type',
        'enrollment_status',
    ] %}
    {{ cast_column('input', type) }} as {{ type }},
    {%- endfor %}
    {{ takes_one_choice('input') }} as takes_one_choice
from {{ listed('input', var('texts') + var('numbers')) }}
