-- The cluster's roles. An administrator applies this file once per database, connected to it, before
-- the first migration, and again whenever it changes; it may be run any number of times.
-- It sets no password: give casefile_migrator, casefile_api, casefile_worker and casefile_backup one of
-- your own. An administrator who is not a superuser (managed PostgreSQL) needs CREATEROLE and a database of their own.

do $$
declare
  v_role text;
begin
  -- Nobody logs in as the owner, and nobody logs in as a caller: the server becomes one.
  foreach v_role in array array[
    'casefile_owner', 'casefile_caller', 'casefile_professional',
    'hmcts_case_officer', 'judge_legal_adviser', 'cafcass_officer', 'la_social_worker', 'vaa_worker', 'adopter',
    'document_processor', 'casefile_registrar'
  ] loop
    if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
      execute format('create role %I nologin', v_role);
    end if;
  end loop;

  -- NOINHERIT at creation, before any role is granted to it: from version 16 on, a grant remembers
  -- whether it is inherited, and altering the role later changes nothing.
  foreach v_role in array array['casefile_api', 'casefile_worker'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
      execute format('create role %I login noinherit', v_role);
    end if;
  end loop;

  foreach v_role in array array['casefile_migrator', 'casefile_backup'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
      execute format('create role %I login', v_role);
    end if;
  end loop;
end;
$$;

-- The privileges that all six callers share.
grant casefile_caller
  to hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter;

-- The privileges of the four professions that reach cases by name: by an assignment, or through their organisation.
grant casefile_professional to judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker;

grant hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter
  to casefile_api;

grant document_processor to casefile_worker;

-- dbmate logs in as the migrator, and all that it creates belongs to the owner.
grant casefile_owner to casefile_migrator;
alter role casefile_migrator set role = 'casefile_owner';

-- A backup reads every row. Row-level security is forced on the owner too, so the role needs BYPASSRLS. Up to version 15 only a
-- superuser can grant that; from 16 on, also an administrator who has BYPASSRLS and CREATEROLE. Otherwise policies show it the
-- rows: see below.
do $$
begin
  if not (select rolbypassrls from pg_catalog.pg_roles where rolname = 'casefile_backup') then
    alter role casefile_backup bypassrls;
  end if;
exception
  when insufficient_privilege then
    raise notice 'casefile_backup sees rows by policies, because % may not give it BYPASSRLS: apply this file after each migration, too',
      current_user;
end;
$$;

-- It reads every table, also those that later migrations create. If PostgreSQL has no role for that (12 and 13), or the
-- administrator may not grant it, each table is granted by itself.
do $$
begin
  if exists (select from pg_catalog.pg_roles where rolname = 'pg_read_all_data') then
    grant pg_read_all_data to casefile_backup;
  end if;
exception
  when insufficient_privilege then null;
end;
$$;

do $$
declare
  v_is_above boolean;
  v_reads_all boolean;
  v_is_owner boolean := pg_catalog.pg_has_role(current_user, 'casefile_owner', 'usage');
  v_statement text;
begin
  select r.rolbypassrls, exists (
    select from pg_catalog.pg_auth_members as m where m.member = r.oid and m.roleid::pg_catalog.regrole::text = 'pg_read_all_data'
  )
  into v_is_above, v_reads_all
  from pg_catalog.pg_roles as r
  where r.rolname = 'casefile_backup';
  if v_is_above and v_reads_all then return; end if;

  -- Only the owner can grant what it owns. From version 16 on, the role that created casefile_owner may inherit from it if it
  -- grants itself that.
  if not v_is_owner then
    execute format(
      'grant casefile_owner to %I %s', current_user,
      case when current_setting('server_version_num')::integer >= 160000 then 'with inherit true' end
    );
  end if;

  for v_statement in
    select format('grant usage on schema %I to casefile_backup', n.nspname)
    from pg_catalog.pg_namespace as n
    where n.nspowner = 'casefile_owner'::pg_catalog.regrole and not v_reads_all
    union all
    select format('grant select on %s %s to casefile_backup', case c.relkind when 'S' then 'sequence' else 'table' end, c.oid::regclass)
    from pg_catalog.pg_class as c
    where c.relowner = 'casefile_owner'::pg_catalog.regrole and c.relkind in ('r', 'p', 'v', 'm', 'S') and not v_reads_all
    union all
    select format('create policy select_to_backup on %s for select to casefile_backup using (true)', c.oid::regclass)
    from pg_catalog.pg_class as c
    where c.relowner = 'casefile_owner'::pg_catalog.regrole and c.relrowsecurity and not v_is_above
      and not exists (select from pg_catalog.pg_policy as p where p.polrelid = c.oid and p.polname = 'select_to_backup')
  loop
    execute v_statement;
  end loop;
  if not v_reads_all then
    alter default privileges for role casefile_owner grant usage on schemas to casefile_backup;
    alter default privileges for role casefile_owner grant select on tables to casefile_backup;
    alter default privileges for role casefile_owner grant select on sequences to casefile_backup;
  end if;

  if not v_is_owner then
    execute format('revoke casefile_owner from %I', current_user);
  end if;
end;
$$;

alter role casefile_backup set default_transaction_read_only = on;
alter role casefile_backup set jit = off;
alter role casefile_backup set timezone = 'UTC';

-- SET ROLE does not apply the settings of the new role, so the settings for every caller are on the login.
alter role casefile_api set jit = off;
alter role casefile_api set timezone = 'UTC';
alter role casefile_worker set jit = off;
alter role casefile_worker set timezone = 'UTC';

-- For the same reason the timeouts are here. Those of the server are shorter than the time that it waits itself, so that a call
-- that is stuck ends with a clear outcome. Nobody waits for the worker. If the client of an open transaction hangs or is gone,
-- the last of the three ends the transaction and frees its locks.
alter role casefile_api set statement_timeout = '1500ms';
alter role casefile_api set lock_timeout = '1000ms';
alter role casefile_api set idle_in_transaction_session_timeout = '5s';
alter role casefile_worker set statement_timeout = '30s';
alter role casefile_worker set lock_timeout = '10s';
alter role casefile_worker set idle_in_transaction_session_timeout = '30s';

-- However many abandoned calls have not ended yet, a login must not take all connections of the database server. These limits
-- leave some of the usual 100 to migrations and administrators. A limit that you have set stays.
do $$
declare
  v_role text;
  v_limit integer;
begin
  for v_role, v_limit in values ('casefile_api', 80), ('casefile_worker', 12) loop
    if exists (select from pg_catalog.pg_roles where rolname = v_role and rolconnlimit = -1) then
      execute format('alter role %I connection limit %s', v_role, v_limit);
    end if;
  end loop;
end;
$$;

-- auth.look_at_replication reads the views of replication, for a server that reads from standbys. If the
-- administrator may not grant this, everything is read from the primary.
do $$
begin
  grant pg_read_all_stats to casefile_owner;
exception
  when insufficient_privilege then null;
end;
$$;

-- While a migration waits for a lock, everybody behind it waits too. So it fails soon, and is tried again.
alter role casefile_migrator set lock_timeout = '2s';

-- Row-level security is forced on the owner too. Without this, a migration that touches rows and forgets "no force" would
-- change none of them, and count as applied. With it, the migration fails.
alter role casefile_migrator set row_security = off;

-- A second login makes it easy to change a password (casefile_api_b, in role casefile_api). It gets the same settings and limits
-- as the first. The settings of the log come below.
do $$
declare
  v_login record;
  v_setting text;
begin
  for v_login in
    select l.rolname as name, b.rolconnlimit as connections, coalesce(s.setconfig, '{}') as settings
    from pg_catalog.pg_auth_members as m
    join pg_catalog.pg_roles as b on b.oid = m.roleid and b.rolname in ('casefile_api', 'casefile_worker')
    join pg_catalog.pg_roles as l on l.oid = m.member and l.rolcanlogin and starts_with(l.rolname, b.rolname || '_')
    left join pg_catalog.pg_db_role_setting as s on s.setrole = b.oid and s.setdatabase = 0
  loop
    execute format('alter role %I connection limit %s', v_login.name, v_login.connections);
    foreach v_setting in array v_login.settings loop
      continue when v_setting like 'log\_%';
      execute format(
        'alter role %I set %I = %L',
        v_login.name, split_part(v_setting, '=', 1), substr(v_setting, strpos(v_setting, '=') + 1)
      );
    end loop;
  end loop;
end;
$$;

-- Notes of cases are parameters of statements, and PostgreSQL writes those into its log beside slow statements. The rows that a
-- constraint refuses are in the DETAIL of its errors. Only a superuser can set this on a login. Without one, set it for the whole
-- server (scripts/deploy/postgresql.conf). Version 12 does not have the first two settings.
do $$
declare
  v_wanted record;
begin
  for v_wanted in
    select r.rolname as login, s.name, v.value
    from pg_catalog.pg_roles as r
    cross join (
      values ('log_parameter_max_length', '0'), ('log_parameter_max_length_on_error', '0'), ('log_error_verbosity', 'terse')
    ) as v (name, value)
    join pg_catalog.pg_settings as s on s.name = v.name
    where r.rolcanlogin and r.rolname ~ '^casefile_(api|worker)(_|$)'
  loop
    execute format('alter role %I set %I = %L', v_wanted.login, v_wanted.name, v_wanted.value);
  end loop;
exception when insufficient_privilege then
  raise warning 'log_parameter_max_length and log_error_verbosity are not set on the logins, as that takes a superuser: see scripts/deploy/postgresql.conf';
end;
$$;

comment on role casefile_owner is 'Owns every object of Casefile. Nobody logs in as it.';
comment on role casefile_migrator is 'The login of dbmate; works as casefile_owner.';
comment on role casefile_api is
'The login of the server: opens, resumes, ends and sweeps sessions, measures the queue, looks at replication, reads the list of
migrations, and becomes a caller. Nothing else.';
comment on role casefile_worker is 'The login of the document worker; becomes document_processor. Nothing else.';
comment on role casefile_backup is 'The login of backups and of checks: reads everything, and changes nothing, but that it records anchors.';
comment on role document_processor is 'Scans and reads documents.';
comment on role casefile_caller is 'What all six caller roles have in common.';
comment on role casefile_registrar is 'Whoever keeps the directory of users. A login of its own for each registrar is granted it.';
comment on role casefile_professional is 'What the four professionals share who reach cases by name.';
comment on role hmcts_case_officer is 'A case officer of one family court.';
comment on role judge_legal_adviser is 'A judge or legal adviser.';
comment on role cafcass_officer is 'A Cafcass officer.';
comment on role la_social_worker is 'A social worker of a local authority.';
comment on role vaa_worker is 'A worker of a voluntary adoption agency.';
comment on role adopter is 'An applicant; sees a redacted case.';

-- The owner of a database may drop it. So the database belongs to the administrator, and casefile_owner may only create objects
-- in it. If casefile_owner still owns the database, it now goes to the administrator who applies this file. If that is not a
-- superuser, CREATEDB and membership are needed: grant casefile_owner to yourself, apply this file, and revoke it again.
do $$
begin
  if exists (
    select from pg_catalog.pg_database
    where datname = current_database() and datdba = 'casefile_owner'::pg_catalog.regrole
  ) then
    execute format('alter database %I owner to %I', current_database(), current_user);
  end if;
end;
$$;

do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect, create on database %I to casefile_owner', current_database());
  execute format('grant connect on database %I to casefile_migrator, casefile_api, casefile_worker, casefile_registrar, casefile_backup', current_database());
end;
$$;

revoke create on schema public from public;
grant usage, create on schema public to casefile_owner;
grant usage on schema public to casefile_migrator, casefile_api, casefile_backup;

-- PostgreSQL lets everybody do these things, but few roles here need them: use large objects, which no policy protects; send
-- messages to other sessions, or into the log that replicas read; take locks that block others or a migration; change settings
-- within a query, including the role; run text as a query; count the rows that a query skipped; see what other sessions do; see where the
-- newest version of any row is (currtid2). Only
-- a superuser can revoke these; otherwise they stay. (The commands NOTIFY, LISTEN, SET and EXPLAIN need no privilege.)
do $$
declare
  v_function record;
  v_role text;
begin
  if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    raise notice 'large objects, advisory locks, set_config and statistics of tables stay open to everybody: % is not a superuser', current_user;
    return;
  end if;

  -- Only names that exist in every later version, too: pg_dump records the revoked privileges, and pg_upgrade must find these
  -- functions. scripts/lib/drift/catalogue/privileges.sql leaves out those that version 12 lacks.
  for v_function in
    select p.oid::pg_catalog.regprocedure as signature, t.keepers
    from pg_catalog.pg_proc as p
    join (
      values
        ('^(lo_.*|loread|lowrite|pg_logical_emit_message|currtid2|setseed)$', '{}'::text[]),
        ('^(query_to_xml.*|ts_stat|ts_rewrite)$', '{}'),
        -- For the trigger that fills the queue, which notifies, and for migrations, which take turns.
        ('^(pg_notify|pg_(try_)?advisory_.*)$', '{casefile_owner}'),
        -- For auth.resume and pg_dump.
        ('^set_config$', '{casefile_owner,casefile_api,casefile_backup}'),
        ('^pg_export_snapshot$', '{casefile_backup}'),
        -- Our programs look at their own process, and monitoring at all of them.
        (
          '^(pg_stat_get_activity|pg_lock_status)$',
          '{casefile_owner,casefile_api,casefile_worker,casefile_registrar,casefile_backup,pg_monitor}'
        ),
        (
          '^pg_stat_get_((xact|db)_.*|numscans|lastscan|(tuples|blocks|function)_.*|(live|dead)_tuples|(mod|ins)_since_.*|progress_info)$',
          '{pg_monitor}'
        ),
        ('^pg_stat_get_backend_(idset|pid|dbid|userid|activity|activity_start|xact_start|start|client_addr|client_port|wait_event_type|wait_event|subxact|io)$', '{pg_monitor}'),
        ('^(pg_current_snapshot|txid_current_snapshot)$', '{pg_monitor}'),
        ('^(pg_blocking_pids|pg_safe_snapshot_blocking_pids|pg_isolation_test_session_is_blocked|pg_stat_get_wal_senders)$', '{casefile_owner,pg_monitor}')
    ) as t (names, keepers) on p.proname ~ t.names
    where p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
  loop
    execute format('revoke execute on function %s from public', v_function.signature);
    foreach v_role in array v_function.keepers loop
      execute format('grant execute on function %s to %I', v_function.signature, v_role);
    end loop;
  end loop;

  -- Up to release 0.6, api.claim_key calls set_config as the caller. Until the database is migrated, all callers may call it.
  if exists (
    select from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where n.nspname = 'api' and p.proname = 'claim_key' and p.prosrc like '%:= set_config(%'
  ) then
    grant execute on function pg_catalog.set_config(text, text, boolean) to casefile_caller;
  else
    revoke execute on function pg_catalog.set_config(text, text, boolean) from casefile_caller;
  end if;
end;
$$;
