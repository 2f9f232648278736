select input as answer
from {{ listed('input', var('texts')) }}
