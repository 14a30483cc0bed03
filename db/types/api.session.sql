create type api.session as (
  caller api.caller, expires_at timestamptz, memberships api.membership[], ends_at timestamptz
);

comment on type api.session is 'Whose session it is, when it expires unless it is used, when it ends in any case, and what else its user may be.';
