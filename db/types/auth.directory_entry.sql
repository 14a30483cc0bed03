create type auth.directory_entry as (
  user_id text, issuer text, subject text, name text, enabled boolean,
  membership_id uuid, user_role text, court text, organisation_id text
);

comment on type auth.directory_entry is 'A user with one membership; court is the court''s name.';
