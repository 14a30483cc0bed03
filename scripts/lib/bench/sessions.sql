-- The users of the workloads. The token of a session is its user's name.

insert into auth.sessions (token_sha256, user_id, username, user_role, court_code, organisation_id, expires_at, kind, ends_at)
select
  sha256(u.name::bytea), u.name, u.name, u.user_role::core.user_role, c.code, u.organisation_id, now() + interval '30 minutes',
  'mock', now() + interval '12 hours'
from (
  select 'officer.' || n as name, 'HMCTS_CASE_OFFICER' as user_role, n as court, null as organisation_id
  from generate_series(0, 49) as n
  union all
  values ('social.county', 'LA_SOCIAL_WORKER', null::integer, 'authority.county')
  union all
  select r.prefix || n, r.user_role, null, r.organisation_prefix || n
  from generate_series(0, 9) as n
  cross join (
    values
      ('judge.', 'JUDGE_LEGAL_ADVISER', null),
      ('cafcass.', 'CAFCASS_OFFICER', null),
      ('social.', 'LA_SOCIAL_WORKER', 'authority.'),
      ('agency.', 'VAA_WORKER', 'agency.'),
      ('adopter.', 'ADOPTER', null)
  ) as r (prefix, user_role, organisation_prefix)
) as u
left join (select code, row_number() over (order by code) - 1 as number from core.courts) as c on c.number = u.court
on conflict (token_sha256) do update set expires_at = excluded.expires_at, ends_at = excluded.ends_at;
