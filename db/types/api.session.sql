create type api.session as (
  caller api.caller, expires_at timestamptz, memberships api.membership[], ends_at timestamptz
);

comment on type api.session is 'A session''s user, when it expires if it is not used, when it ends in any case, and the user''s other memberships.';
