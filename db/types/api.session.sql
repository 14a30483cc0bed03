create type api.session as (caller api.caller, expires_at timestamptz, memberships api.membership[]);

comment on type api.session is 'A session''s user, its expiry, and the user''s other memberships.';
