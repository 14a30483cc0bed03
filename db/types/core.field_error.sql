create type core.field_error as (field text, code text, message text);

comment on type core.field_error is
'An error in a field of a request: its name in the API, a word for programs (src/field_error.rs), a sentence for people.';
