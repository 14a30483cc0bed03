-- Answers of operations use only built-in types, so that any client can read them.

create type api.caller as (
  user_id text, username text, user_role text, court_assignment text, organisation_id text
);

comment on type api.caller is 'The caller. court_assignment is the court''s name.';
