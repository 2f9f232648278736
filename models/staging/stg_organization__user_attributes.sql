-- Grain: one row per row of the organization's own files on people and attribute of which it has a value; a row without
-- any value has one row. Left out: empty cells. All versions stay.
{{ stage_attributes('user_attributes', [
    ('external_id', to_key('external_id'), 'external_id'),
    ('email_address', to_text('email_address'), 'email'),
    ('institution_id', to_id('institution_id'), 'institution_id'),
    ('institution_id', to_clean_text('institution_id') ~ ' is not null', 'has_institution_id'),
]) }}
