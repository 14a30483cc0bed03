-- User, token, and a case of theirs, for W8 and W10. Ten callers of each role, and one with thousands of cases.

(
  select 'officer', 'officer.' || n.court, c.id
  from generate_series(0, 9) as n (court)
  join (select code, row_number() over (order by code) - 1 as number from core.courts) as t on t.number = n.court
  cross join lateral (select k.id from core.cases as k where k.court_code = t.code order by md5(k.id::text) limit 200) as c
)
union all
select split_part(a.user_id, '.', 1), a.user_id, a.case_id
from core.assignments as a
where a.user_id ~ '^(judge|cafcass|adopter)\.[0-9]$'
union all
select
  case l.organisation_type when 'LOCAL_AUTHORITY' then 'social' else 'agency' end,
  case l.organisation_type when 'LOCAL_AUTHORITY' then 'social.' else 'agency.' end || split_part(l.organisation_id, '.', 2),
  l.case_id
from core.organisation_links as l
where l.organisation_id ~ '^(authority|agency)\.[0-9]$'
union all
select 'county', 'social.county', l.case_id
from core.organisation_links as l
where l.organisation_id = 'authority.county';
