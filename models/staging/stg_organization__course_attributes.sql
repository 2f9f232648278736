-- Grain: one row per row of the organization's own files on courses and attribute of which it has a value; a row without
-- any value has one row. Left out: empty cells. All versions stay.
{{ stage_attributes('course_attributes', [
    ('course_id', to_id('course_id'), 'course_id'),
    ('course_id', to_clean_text('course_id') ~ ' is not null', 'has_course_id'),
    ('catalog_id', to_clean_text('catalog_id'), 'catalog_id'),
    ('institution_id', to_id('institution_id'), 'institution_id'),
    ('institution_id', to_clean_text('institution_id') ~ ' is not null', 'has_institution_id'),
]) }}
