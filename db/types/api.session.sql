create type api.session as (caller api.caller, expires_at timestamptz, memberships api.membership[]);

comment on type api.session is 'Whose session it is, until when, and what else its user may be.';
