-- Grain: one row per data_set and reason; per data set the counts add up to the rows in schema raw.
-- The one model that reads every layer: it shows that no row was lost between raw and marts. A reason that does not
-- occur has no row, but in_scope always has one. A row of attributes is in scope when one of its values is anybody's.
{%- set version_counts, scoped_counts = [], [] %}
{%- for data_set in novoed_dictionary() %}
    {%- set version_count %}
    select
        '{{ data_set }}' as data_set,
        count(*) filter (where not has_key) as invalid_count,
        count(*) filter (where has_key and not is_latest_version) as superseded_count
    from {{ ref('stg_novoed__' ~ data_set ~ '_versions') }}
    {%- endset %}
    {%- set scoped_count %}
    select
        '{{ data_set }}' as data_set,
        scope_reason as reason,
        count(*) as row_count
    from {{ ref('int_' ~ data_set ~ '_scoped') }}
    group by scope_reason
    {%- endset %}
    {%- do version_counts.append(version_count) %}
    {%- do scoped_counts.append(scoped_count) %}
{%- endfor %}
{%- set attribute_rows = [] %}
{%- for attribute_set in ['user_attributes', 'course_attributes'] %}
    {%- set attribute_row %}
    select
        '{{ attribute_set }}' as data_set,
        case when bool_or(scope_reason = 'in_scope') then 'in_scope' else min(scope_reason) end as reason
    from {{ ref('int_' ~ attribute_set ~ '_scoped') }}
    group by _source_file, _source_row
    {%- endset %}
    {%- do attribute_rows.append(attribute_row) %}
{%- endfor %}
with versions as (
    {{ union_all(version_counts) }}
),

scoped_rows as (
    {{ union_all(scoped_counts) }}
),

attribute_rows as (
    {{ union_all(attribute_rows) }}
),

accounts as (
    select
        data_set,
        'invalid_key' as reason,
        invalid_count as row_count
    from versions

    union all

    select
        data_set,
        'superseded' as reason,
        superseded_count as row_count
    from versions

    union all

    select
        data_set,
        'in_scope' as reason,
        0 as row_count
    from versions

    union all

    select
        data_set,
        reason,
        row_count
    from scoped_rows

    union all

    select
        data_set,
        reason,
        1 as row_count
    from attribute_rows

    union all

    select
        data_set,
        'in_scope' as reason,
        0 as row_count
    from (values ('user_attributes'), ('course_attributes')) as attribute_sets (data_set)
),

final as (
    select
        data_set,
        reason,
        cast(sum(row_count) as bigint) as row_count
    from accounts
    group by data_set, reason
    having sum(row_count) <> 0 or reason = 'in_scope'
)

select * from final
