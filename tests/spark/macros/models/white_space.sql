select
    {{ white_space() }} as answer,
    {{ replaced(white_space(), white_space(as_class=true), '') }} as none_left
