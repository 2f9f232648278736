-- Grain: one row per data_set and reason; per data set the counts add up to the rows in schema raw.
-- The one model that reads every layer: it shows that no row was lost between raw and marts.
{%- set data_sets = novoed_data_sets() %}
with
{%- for data_set in data_sets %}
{{ data_set }}_staged as (
    select count(*) as row_count from {{ ref('stg_novoed__' ~ data_set) }}
),

{{ data_set }}_raw as (
    select
        count(*) as row_count,
        {%- if novoed_keys(data_set) %}
        count(*) filter (where {{ has_valid_raw_key(data_set) }}) as valid_key_count
        {%- else %}
        count(*) as valid_key_count
        {%- endif %}
    from {{ source('raw', data_set) }}
),

{{ data_set }}_accounts as (
    select 'invalid_key' as reason, row_count - valid_key_count as row_count from {{ data_set }}_raw

    union all

    select 'superseded' as reason, raw_rows.valid_key_count - staged_rows.row_count as row_count
    from {{ data_set }}_raw as raw_rows
    cross join {{ data_set }}_staged as staged_rows

    union all

    select 'in_scope' as reason, count(*) filter (where scope_reason = 'in_scope') as row_count
    from {{ ref('int_' ~ data_set ~ '_scoped') }}

    union all

    select scope_reason as reason, count(*) as row_count
    from {{ ref('int_' ~ data_set ~ '_scoped') }}
    where scope_reason <> 'in_scope'
    group by scope_reason
),
{% endfor %}
final as (
    {%- for data_set in data_sets %}
    select '{{ data_set }}' as data_set, reason, row_count
    from {{ data_set }}_accounts
    where row_count > 0 or reason = 'in_scope'
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
)

select * from final
