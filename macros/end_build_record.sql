{#-
    As a build ends: how, in the record that begin_build_record made. `success`: every model was made anew from all of
    its rows and nothing failed, tests that were run included; `partial`: something was left out; `failed`: a model, a
    seed or a test of severity error failed.
-#}
{% macro end_build_record(results) -%}
    {%- if is_build() -%}
        {%- set failed, made, left_out = [], [], [] -%}
        {%- for result in results -%}
            {%- if result.status in ['error', 'fail', 'runtime error'] -%}
                {%- do failed.append(result.node.name) -%}
            {%- elif result.status == 'success' -%}
                {%- do made.append(result.node.unique_id) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for node in graph.nodes.values()
            if node.resource_type == 'model' and node.config.materialized != 'ephemeral' and node.unique_id not in made -%}
            {%- do left_out.append(node.name) -%}
        {%- endfor -%}
        {%- for flag in ['empty', 'sample'] if invocation_args_dict.get(flag) -%}
            {%- do left_out.append('rows (--' ~ flag ~ ')') -%}
        {%- endfor -%}
        {{ finished_build_record(
            utc_moment(modules.datetime.datetime.now(modules.pytz.utc)),
            'failed' if failed else 'partial' if left_out else 'success',
            text_list(failed),
            text_list(left_out),
        ) }}
    {%- endif -%}
{%- endmacro %}
