-- Secrets: for the definer functions that set and read claims.

alter table auth.secrets enable row level security;
alter table auth.secrets force row level security;

create policy select_to_owner on auth.secrets for select
to casefile_owner
using (true);
comment on policy select_to_owner on auth.secrets is 'auth.claims_prefix reads it.';

revoke all on auth.secrets from public;
