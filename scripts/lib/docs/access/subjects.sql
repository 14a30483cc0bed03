-- The subjects: each caller with the claims of a session, each role without, and the logins. A social worker reaches cases in two
-- ways, and is here twice. `caller` is one of fixture.callers; a subject without one has no rows of its own.
create table fixture.subjects (place integer primary key, name text not null, role name not null, caller text, becomes text not null);

insert into fixture.subjects
select row_number() over (), s.name, s.role, s.caller, s.becomes
from (
  select 1 as part, r.place, r.name || w.way as name, r.name as role, w.caller, format('select fixture.act_as(%L)', w.caller) as becomes
  from unnest(fixture.caller_roles()) with ordinality as r (name, place)
  join (
    values
      ('hmcts_case_officer', '', 'officer'), ('judge_legal_adviser', '', 'judge'), ('cafcass_officer', '', 'cafcass'),
      ('la_social_worker', ' by its authority', 'social_worker'), ('la_social_worker', ' by name', 'assigned_social_worker'),
      ('vaa_worker', '', 'agency'), ('adopter', '', 'adopter')
  ) as w (role, way, caller) on w.role = r.name
  union all
  select 2, r.place, r.name || ' without a session', r.name, null, format('select fixture.act_as(%L, null, null, null)', r.name)
  from unnest(fixture.caller_roles()) with ordinality as r (name, place)
  union all
  values
    (3, 1, 'casefile_api', 'casefile_api', null, 'select fixture.act_as_server()'),
    (3, 2, 'casefile_worker', 'casefile_worker', null, 'select fixture.become_login(''casefile_worker'')'),
    (3, 3, 'document_processor', 'document_processor', null, 'select fixture.act_as_worker()'),
    (3, 4, 'casefile_registrar', 'casefile_registrar', null, 'select fixture.act_as_registrar()'),
    (3, 5, 'casefile_backup', 'casefile_backup', null, 'select fixture.become_login(''casefile_backup'')')
) as s (part, place, name, role, caller, becomes)
order by s.part, s.place, s.name;
grant select on fixture.subjects to public;

do $$
declare
  v_role text;
begin
  select r into v_role from unnest(fixture.caller_roles()) as r
  where not exists (select from fixture.subjects as s where s.role = r and s.caller is not null);
  if found then raise exception 'Nobody tries what % may do: add a caller to scripts/lib/docs/access/subjects.sql', v_role; end if;
end;
$$;

create function fixture.become_login(p_login text) returns void language plpgsql as $$
begin
  perform fixture.act_as_dba();
  perform set_config('session_authorization', p_login, true);
end;
$$;

create function fixture.become(p_subject integer) returns void language plpgsql as $$
declare
  v_becomes text;
begin
  select s.becomes into strict v_becomes from fixture.subjects as s where s.place = p_subject;
  execute v_becomes;
end;
$$;
