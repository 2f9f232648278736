-- Grain: one row per data_set, column_name and value_text: a value of a text enumeration that the platform's article
-- does not have, counted over the records of staging. Healthy when empty. Such a value stays as it came: an unknown
-- status is no known status, and an unknown activity type is fulfilled by one submission.
{%- set data_sets = novoed_data_sets() %}
with
{%- for data_set in data_sets %}
{{ data_set }} as (
    {%- for _, type, name in novoed_columns(data_set) if type in novoed_enumerations() %}
    select '{{ name }}' as column_name, {{ name }} as value_text
    from {{ ref('stg_novoed__' ~ data_set) }}
    where {{ name }} is not null
        {%- if type == 'org_admin_role' %}
        -- a comma-separated list
        and not regexp_matches({{ name }}, '^({{ novoed_enumerations()[type] | join("|") }}|,)*$')
        {%- else %}
        and {{ name }} not in ('{{ novoed_enumerations()[type] | join("', '") }}')
        {%- endif %}

    union all
    {% endfor %}
    select cast(null as varchar) as column_name, cast(null as varchar) as value_text
    where false
),
{% endfor %}
unknown_values as (
    {%- for data_set in data_sets %}
    select '{{ data_set }}' as data_set, column_name, value_text from {{ data_set }}
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
),

final as (
    select
        data_set,
        column_name,
        value_text,
        count(*) as row_count
    from unknown_values
    group by data_set, column_name, value_text
)

select * from final
