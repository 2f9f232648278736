-- Grain: one row per data_set, record_key and column_name: a record, in scope or not, of which an older version names
-- another person or course than the latest. An empty value is no other one. Healthy when (nearly) empty: two exports
-- that both number from 1 look like this, and then the rows of one have replaced those of the other.
{%- set identities = [
    ('enrollments', ['user_id', 'course_id']),
    ('course_activities', ['course_id']),
    ('lecture_pages', ['course_id']),
] %}
{%- set changes = [] %}
with
{%- for data_set, columns in identities %}
{{ data_set }} as (
    select *
    from {{ ref('stg_novoed__' ~ data_set ~ '_versions') }}
    where has_key
),

{{ data_set }}_history as (
    select
        *,
        {%- for column in columns %}
        first_value({{ column }}) over newest_first as latest_{{ column }},
        {%- endfor %}
        row_number() over newest_first as version_number
    from {{ data_set }}
    window newest_first as (
        partition by {{ novoed_dictionary()[data_set].key | join(', ') }}
        order by {{ latest_first() }}
    )
),

{%- for column in columns %}
    {%- set changed %}
    select
        '{{ data_set }}' as data_set,
        concat_ws(':', {{ novoed_dictionary()[data_set].key | join(', ') }}) as record_key,
        '{{ column }}' as column_name,
        min_by({{ column }}, version_number) filter (where {{ column }} <> latest_{{ column }}) as before,
        min(latest_{{ column }}) as after,
        count(*) as version_count
    from {{ data_set }}_history
    group by {{ novoed_dictionary()[data_set].key | join(', ') }}
    having bool_or({{ column }} <> latest_{{ column }})
    {%- endset %}
    {%- do changes.append(changed) %}
{%- endfor %}
{% endfor %}
final as (
    {{ union_all(changes) }}
)

select * from final
