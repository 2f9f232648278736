{#-
    The one pass over a data set of schema raw, row by row: every column cast and renamed, beside it what could not be
    read, whether the record can be told from others, and whether it is the latest version of its key.

    A deleted record stays, with is_deleted; where the platform has no flag nothing is deleted. The question sets have no
    published key: there the whole record is, as it came.
-#}
{% macro stage_versions(data_set) -%}
{%- set key = novoed_dictionary()[data_set].key -%}
{%- set columns = staged_columns(data_set) -%}
{%- set names, texts = [], [] -%}
{%- for name, _, _ in columns -%}
    {%- do names.append(adapter.quote(name)) -%}
    {%- do texts.append(raw_text(name)) -%}
{%- endfor -%}
{%- set has_flag = 'is_deleted' in columns | map(attribute=0) -%}
{%- if not has_flag -%}
    {%- do names.append('is_deleted') -%}
{%- endif -%}
with source as (
    select
        {%- for name, _, raw_name in columns %}
        {{ adapter.quote(raw_name) if raw_name else 'cast(null as string)' }} as {{ raw_text(name) }},
        {%- endfor %}
        _source_file,
        _source_row,
        _loaded_at
    from {{ source('raw', data_set) }}
),

typed as (
    select
        {%- for name, type, _ in columns %}
        {{ cast_column(raw_text(name), type) }} as {{ adapter.quote(name) }},
        {%- endfor %}
        source.*
    from source
),

versions as (
    select
        {%- for name, _, _ in columns if name != 'is_deleted' %}
        {{ adapter.quote(name) }},
        {%- endfor %}
        {{ 'coalesce(is_deleted, false)' if has_flag else 'false' }} as is_deleted,
        {{ has_valid_key(data_set) or 'true' }} as has_key,
        {{ unreadable_cells(columns) }} as unreadable_cells,
        {{ fingerprint(key or texts) }} as fingerprint,
        _source_file,
        _source_row,
        _loaded_at
    from typed
),

-- most keys have one version: only the others are put in order
repeated as (
    select fingerprint
    from versions
    where has_key
    group by fingerprint
    having count(*) > 1
),

marked as (
    select
        *,
        has_key as is_latest_version
    from versions
    where not has_key or fingerprint not in (select fingerprint from repeated)

    union all

    select
        *,
        row_number() over (
            partition by {{ (key or ['fingerprint'] + names) | join(', ') }}
            order by {{ latest_first() }}
        ) = 1 as is_latest_version
    from versions
    where has_key and fingerprint in (select fingerprint from repeated)
),

final as (
    select
        {%- for name in names %}
        {{ name }},
        {%- endfor %}
        has_key,
        is_latest_version,
        unreadable_cells,
        _source_file,
        _source_row,
        _loaded_at
    from marked
)

select * from final
{%- endmacro %}
