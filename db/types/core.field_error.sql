create type core.field_error as (field text, code text, message text);

comment on type core.field_error is
'What is wrong with a field of a request: its name in the API, a word for programs (src/field_error.rs), a sentence for people.';
