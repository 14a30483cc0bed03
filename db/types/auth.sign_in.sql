create type auth.sign_in as (
  caller api.caller, redirect_url text, refusal_code text, refusal_message text, memberships api.membership[]
);

comment on type auth.sign_in is 'The session that was opened, or the reason why none was. A refusal is not an error, so that its record is kept.';
