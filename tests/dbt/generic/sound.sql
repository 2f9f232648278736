{#-
    What must hold of a model's rows, asked in one look; a row of the answer names what does not hold (say_unsound).

    key: no two rows agree in all these columns; NULL counts as a value.
    filled: columns that are never NULL, those aside of which the model's contract says it.
    among: {column: values}, all that the column may hold beside NULL.
    parents: [{to, columns}], other models in which every combination of the columns stands.
-#}
{% test sound(model, key=[], filled=[], among={}, parents=[]) %}
{%- set rules = [] -%}
{%- for column in filled -%}
    {%- do rules.append((column ~ ' is NULL', column ~ ' is null')) -%}
{%- endfor -%}
{%- for column, values in among.items() -%}
    {%- do rules.append((column ~ ' is another value', column ~ " not in ('" ~ values | join("', '") ~ "')")) -%}
{%- endfor -%}
{%- set findings = [] -%}
{%- if key -%}
    {%- set repeated %}
select
    '{{ key | join(', ') }} is not unique' as finding,
    count(*) as row_count
from (
    select 1 as repeated
    from {{ model }}
    -- most keys are there once, and one number tells so for less than their texts
    where {{ fingerprint(key) }} in (
        select {{ fingerprint(key) }}
        from {{ model }}
        group by {{ fingerprint(key) }}
        having count(*) > 1
    )
    group by {{ key | join(', ') }}
    having count(*) > 1
) as repeated_keys
    {%- endset -%}
    {%- do findings.append(repeated) -%}
{%- endif -%}
{%- for finding, _ in rules -%}
    {%- set broken %}
select
    '{{ finding }}' as finding,
    rule_{{ loop.index }} as row_count
from broken_rules
    {%- endset -%}
    {%- do findings.append(broken) -%}
{%- endfor -%}
{%- for parent in parents -%}
    {%- set orphaned %}
select
    '{{ parent.columns | join(', ') }} is not in {{ parent.to.identifier }}' as finding,
    count(*) as row_count
from {{ model }} as child
where not exists (
    select 1
    from {{ parent.to }} as parent
    where {% for column in parent.columns %}parent.{{ column }} = child.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
)
    {%- endset -%}
    {%- do findings.append(orphaned) -%}
{%- endfor -%}
with
{%- if rules %}
broken_rules as (
    select
        {%- for _, condition in rules %}
        count(*) filter (where {{ condition }}) as rule_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}
),
{% endif %}
findings as (
    {{ union_all(findings) | trim | indent }}
)

select *
from findings
where row_count > 0
{% endtest %}
