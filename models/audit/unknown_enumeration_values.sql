-- Grain: one row per data_set, column_name and value_text: a value of a text enumeration that the platform's article
-- does not have, counted over the records of staging. Healthy when empty. Such a value stays as it came: an unknown
-- status is not a known status, and an unknown activity type is fulfilled by one submission.
{%- set selects = [] %}
{%- for data_set, dictionary in novoed_dictionary().items() %}
    {%- for _, type, name in dictionary.columns if type in novoed_enumerations() %}
        {%- set values = novoed_enumerations()[type] %}
        {%- set unknown %}
    select
        '{{ data_set }}' as data_set,
        '{{ name }}' as column_name,
        {{ name }} as value_text
    from {{ ref('stg_novoed__' ~ data_set) }}
        {%- if type == 'org_admin_role' %}
    -- a comma-separated list
    where not {{ matches(name, '(' ~ values | join('|') ~ '|,)*') }}
        {%- else %}
    where {{ name }} not in ('{{ values | join("', '") }}')
        {%- endif %}
        {%- endset %}
        {%- do selects.append(unknown) %}
    {%- endfor %}
{%- endfor %}
with unknown_values as (
    {{ union_all(selects) }}
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
