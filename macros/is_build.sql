{#- Whether this command makes models anew; tests, docs, an operation or a look at the sources do not. -#}
{% macro is_build() -%}
    {{ return(execute and invocation_args_dict.which in ['build', 'run', 'retry']) }}
{%- endmacro %}
