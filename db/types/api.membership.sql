create type api.membership as (id uuid, user_role text, court_assignment text, organisation_id text);

comment on type api.membership is 'A role of a user. court_assignment is the court''s name.';
