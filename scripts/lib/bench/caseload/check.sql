-- Faults of a caseload: one line each, none if all is well.

create function pg_temp.orphans() returns table (fault text) language plpgsql as $$
declare
  v_key record;
  v_found boolean;
begin
  for v_key in
    select
      c.conrelid::regclass as of_table,
      c.confrelid::regclass as to_table,
      c.conname as name,
      string_agg(format('r.%I is not null', a.attname), ' and ') as is_given,
      string_agg(format('t.%I = r.%I', b.attname, a.attname), ' and ') as is_same
    from pg_constraint as c
    cross join unnest(c.conkey, c.confkey) as k (of_column, to_column)
    join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = k.of_column
    join pg_attribute as b on b.attrelid = c.confrelid and b.attnum = k.to_column
    where c.contype = 'f'
    group by c.oid, c.conrelid, c.confrelid, c.conname
  loop
    execute format(
      'select exists (select from %s as r where %s and not exists (select from %s as t where %s))',
      v_key.of_table, v_key.is_given, v_key.to_table, v_key.is_same
    ) into v_found;
    if v_found then
      fault := format('%s does not hold', v_key.name);
      return next;
    end if;
  end loop;
end;
$$;

select 'the trigger ' || t.tgname || ' is off'
from pg_trigger as t
where t.tgenabled = 'D'
union all
select o.fault from pg_temp.orphans() as o
union all
(select 'case ' || b.case_id || ': ' || b.problem from audit.find_broken_chains() as b limit 1)
union all
(
  select 'case ' || u.case_id || ': ' || u.problem
  from (select c.id from core.cases as c order by c.id offset 5000 limit 1) as c
  cross join lateral audit.find_unrecorded('00000000-0000-0000-0000-000000000000', c.id) as u
  limit 1
)
union all
(
  select 'case ' || c.id || ' is not as its history says'
  from core.cases as c
  left join (
    select
      s.case_id, count(*) as changes, max(s.id) as last_id, (array_agg(s.to_status order by s.id desc))[1] as status,
      bool_and(exists (
        select from core.status_transitions as t where t.from_status = s.from_status and t.to_status = s.to_status
      )) as is_allowed
    from core.status_changes as s
    group by s.case_id
  ) as h on h.case_id = c.id
  where (c.status, c.version, c.status_change_id) is distinct from
      (coalesce(h.status, 'APPLICATION'), 1 + coalesce(h.changes, 0), h.last_id)
    or not coalesce(h.is_allowed, true)
    or c.updated_at > now()
  limit 1
)
union all
select 'the series of ' || s.court_code || ' does not say how many cases it has'
from core.case_number_series as s
join core.cases as c on c.court_code = s.court_code and c.number_year = s.year
group by s.court_code, s.year, s.last_number, s.case_count
having (count(*), count(*), min(c.number_sequence), max(c.number_sequence))
  is distinct from (s.case_count, s.last_number, 1, s.last_number)
union all
(
  select 'case ' || f.case_id || ': ' || f.problem
  from core.find_reach_faults('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') as f
  limit 1
)
union all
select p.participants || ' cases have participants, and ' || t.tied || ' somebody tied to them'
from (select count(*) as participants from core.case_participants) as p
cross join (
  select count(*) as tied
  from (select a.case_id from core.assignments as a union select o.case_id from core.organisation_links as o) as e
) as t
where p.participants <> t.tied
union all
select 'judges have ' || min(j.cases) || ' to ' || max(j.cases) || ' cases'
from (
  select count(*) as cases from core.assignments as a where a.assignment_type = 'JUDICIAL' group by a.user_id
) as j
having (min(j.cases), max(j.cases)) is distinct from (40, 40)
union all
select 'adopters have ' || min(j.cases) || ' to ' || max(j.cases) || ' cases'
from (
  select count(*) as cases from core.assignments as a where a.assignment_type = 'APPLICANT' group by a.user_id
) as j
having (min(j.cases), max(j.cases)) is distinct from (1, 2)
union all
select 'authority.county has ' || count(*) || ' cases'
from core.organisation_links as l
where l.organisation_id = 'authority.county'
having count(*) <> 5000
union all
select 'there are ' || k.counts
from (
  select concat_ws(
    ', ',
    (select count(*) from core.cases) || ' cases',
    (select count(*) from audit.entries) || ' audit entries',
    (select count(*) from core.assignments) || ' assignments',
    (select count(*) from core.documents) || ' documents'
  ) as counts
) as k
cross join (select current_setting('bench.cases')::integer as cases) as s
where k.counts <> format(
  '%s cases, %s audit entries, %s assignments, %s documents', s.cases, s.cases * 4 + 5000, s.cases * 3 / 10, s.cases
);
