-- The question sets have no published key: staging holds each distinct record of raw once, whatever columns it has.
-- Told apart by fingerprints: of 10 million records two share one with odds of 3 in a million, of a billion with odds
-- of 3 in a hundred, so that so many may have one more.
{%- set selects = [] %}
{%- for data_set in ['question_set_questions', 'question_set_responses'] %}
    {%- set columns = [] %}
    {%- for column in columns_in_raw(data_set) if column not in ['_source_file', '_source_row', '_loaded_at'] %}
        {%- do columns.append(adapter.quote(column)) %}
    {%- endfor %}
    {%- set compared %}
    select
        '{{ data_set }}' as data_set,
        staged.row_count as staged_row_count,
        distinct_records.row_count as raw_record_count
    from (select count(*) as row_count from {{ ref('stg_novoed__' ~ data_set) }}) as staged
    cross join (
        select count(distinct {{ fingerprint(columns) }}) as row_count
        from {{ source('raw', data_set) }}
    ) as distinct_records
    where
        staged.row_count not between distinct_records.row_count
        and distinct_records.row_count + floor(staged.row_count / 1e9)
    {%- endset %}
    {%- do selects.append(compared) %}
{%- endfor %}
{{ union_all(selects) }}
