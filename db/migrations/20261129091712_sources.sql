-- migrate:up

-- Written by scripts/gen-migration: what changed in the sources in db/.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

-- db/functions/core/check_file_name.sql
-- Whether a file may have this name
create or replace function core.check_file_name(p_filename text)
returns core.field_error
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_filename text := core.trimmed(p_filename);
begin
  if v_filename is null then
    return row('file', 'REQUIRED', 'file is required')::core.field_error;
  end if;

  -- A path, a control character, or a mark that reverses the writing direction to hide the true ending.
  if v_filename ~ E'[/\\\\[:cntrl:]]' or v_filename ~ E'[\u0080-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]' then
    return row('file', 'INVALID_CHARACTER', 'The file name contains characters that are not allowed')::core.field_error;
  end if;

  if not core.is_normal(v_filename) then
    return row('file', 'NOT_NORMALISED', 'The file name is not in the Unicode normal form NFC')::core.field_error;
  end if;

  if char_length(v_filename) > 255 then
    return row('file', 'TOO_LONG', 'The file name is longer than 255 characters')::core.field_error;
  end if;

  if core.file_type(v_filename) is null then
    return row('file', 'FILE_TYPE_NOT_ALLOWED', 'Only PDF, DOCX, DOC, JPG, PNG and TIFF files are allowed')::core.field_error;
  end if;

  return null;
end;
$$;

-- db/functions/core/file_type.sql
-- The type of a file, by its name
create or replace function core.file_type(p_filename text)
returns core.file_types
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_filename text := core.trimmed(p_filename);
begin
  return (
    select t
    from core.file_types as t
    where v_filename ~ '[^.]' and t.extension = lower(substring(v_filename from '[^.].*[.]([^.]+)$'))
  );
end;
$$;

-- db/functions/audit/find_broken_links.sql
-- Whether the audit trail of some cases is as it was written
create or replace function audit.find_broken_links(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- The planner expects too few last entries, and would search all of them for each chain.
set enable_nestloop = off
as $$
begin
  -- In PL/pgSQL, so that a session plans once for many single cases.
  return query
    with bounds as (
      select
        coalesce(p_from, '00000000-0000-0000-0000-000000000000') as first,
        coalesce(p_to, 'ffffffff-ffff-ffff-ffff-ffffffffffff') as last
    ),
    entries as (
      select
        e.case_id,
        e.id,
        e.digest,
        audit.entry_digest(lag(e.digest) over (partition by e.case_id order by e.id), e) as expected,
        e.digest_form < lag(e.digest_form) over (partition by e.case_id order by e.id) as is_older_form,
        row_number() over (partition by e.case_id order by e.id desc) as from_end,
        count(*) over (partition by e.case_id) as length
      from audit.entries as e
      where e.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
    )
    select e.case_id, e.id, 'changed, or an entry before it is missing'
    from entries as e
    where e.digest is distinct from e.expected or e.is_older_form
    union all
    select c.case_id, e.id, 'entries are missing at the end'
    from audit.chains as c
    left join entries as e on e.case_id = c.case_id and e.from_end = 1
    where c.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
      and (e.length is distinct from c.length or e.digest <> c.digest)
    union all
    select c.id, null, 'without any audit entry'
    from core.cases as c
    where c.id between (select b.first from bounds as b) and (select b.last from bounds as b)
      and not exists (
        select from audit.chains as h
        where h.case_id = c.id and h.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
      );
end;
$$;

-- db/functions/audit/find_broken_seals.sql
-- Whether the journals are as they were sealed
create or replace function audit.find_broken_seals(p_since jsonb default '{}')
returns table (journal text, seal_number bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  with seals as (
    select
      s.journal,
      s.number,
      s.last_id,
      s.row_count,
      s.content,
      s.digest,
      audit.seal_digest(lag(s.digest) over of_journal, s) as expected,
      coalesce(lag(s.number) over of_journal, 0) as number_before,
      coalesce(lag(s.last_id) over of_journal, 0) as last_before,
      s.journal in ('audit.refusals', 'auth.sign_ins') and s.newest_at < (select audit.kept_since()) as may_be_removed
    from audit.seals as s
    where s.number >= coalesce((p_since ->> s.journal::text)::bigint, 0)
    window of_journal as (partition by s.journal order by s.number)
  ),
  checked as (
    select s.*
    from seals as s
    where s.number > coalesce((p_since ->> s.journal::text)::bigint, 0)
  )
  select c.journal::text, c.number, 'the seal was changed, or one before it is missing'
  from checked as c
  where c.digest is distinct from c.expected or c.number <> c.number_before + 1
  union all
  select c.journal::text, c.number, format('rows %s to %s were changed, removed or added', c.last_before + 1, c.last_id)
  from checked as c
  cross join lateral (
    select count(*) as row_count, sha256(string_agg(r.content, '' order by r.id)) as content
    from audit.sealed_rows(c.journal, c.last_before, c.last_id) as r
  ) as f
  where (f.row_count <> c.row_count or f.content is distinct from c.content)
    and not (c.may_be_removed and f.row_count < c.row_count);
$$;

comment on function audit.find_broken_seals(jsonb) is
'For DBAs: the seals whose rows or position in the chain differ from what was sealed; all seals, or those after the given numbers
({"auth.sign_ins": 1440}). Rows of refusals and sign-ins from over two years ago may be missing.';

-- db/functions/audit/find_unrecorded.sql
-- Whether cases and documents are as their trail says
create or replace function audit.find_unrecorded(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- One case is best read by indexes, and many by hash joins.
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
    with entries as (
      select e.case_id, e.id, e.entity, e.entity_id, e.action, e.actor, e.before, e.after
      from audit.entries as e
      where e.case_id between p_from and p_to
    ),
    -- The last recorded value of each field.
    recorded as (
      select e.case_id, e.entity, e.entity_id, jsonb_strip_nulls(jsonb_object_agg(f.key, f.value order by e.id)) as fields
      from entries as e
      cross join lateral jsonb_each(e.after) as f
      where e.entity in ('case', 'document')
      group by e.case_id, e.entity, e.entity_id
    ),
    actual as (
      select c.id as case_id, 'case' as entity, c.id::text as entity_id, audit.case_image(c) as fields
      from core.cases as c
      where c.id between p_from and p_to
      union all
      select
        d.case_id, 'document', d.id::text,
        audit.document_image(d) || jsonb_build_object(
          'textSha256', encode(sha256(convert_to(t.content, 'UTF8')), 'hex'),
          'bytesRemoved', case when r.document_id is not null then true end
        )
      from core.documents as d
      left join core.document_texts as t on t.document_id = d.id and t.case_id between p_from and p_to
      left join core.document_removals as r on r.document_id = d.id
      where d.case_id between p_from and p_to
    ),
    differing as (
      select
        coalesce(a.case_id, r.case_id) as case_id,
        coalesce(a.entity, r.entity) as entity,
        coalesce(a.entity_id, r.entity_id) as entity_id,
        coalesce(jsonb_strip_nulls(a.fields), '{}') as actual,
        coalesce(r.fields - 'foundDamaged', '{}') as recorded
      from actual as a
      full join recorded as r on r.case_id = a.case_id and r.entity = a.entity and r.entity_id = a.entity_id
      where jsonb_strip_nulls(a.fields) is distinct from r.fields - 'foundDamaged'
    ),
    -- Events, and who caused them, must be in both places equally often.
    happened as (
      select c.id as case_id, 'created by ' || d.created_by as what
      from core.cases as c
      join core.case_details as d on d.case_id = c.id and d.version = c.details_version
      where c.id between p_from and p_to
      union all
      select s.case_id, format('status changed to %s by %s', s.to_status, p.changed_by)
      from core.status_changes as s
      left join core.status_change_particulars as p on p.status_change_id = s.id
      where s.case_id between p_from and p_to
      union all
      select d.case_id, format('document %s begun by %s', d.id, d.uploaded_by)
      from core.documents as d
      where d.case_id between p_from and p_to
      union all
      select d.case_id, format('document %s downloaded by %s', d.id, w.downloaded_by)
      from core.document_downloads as w
      join core.documents as d on d.id = w.document_id
      where d.case_id between p_from and p_to
      union all
      select a.case_id, format('assignment %s of %s as %s %s by %s', a.id, a.user_id, a.assignment_type, h.what, h.actor)
      from core.assignments as a
      left join core.assignment_particulars as p on p.assignment_id = a.id
      cross join lateral (
        select 'made' as what, p.assigned_by as actor
        union all
        select 'revoked', p.revoked_by where a.revoked_at is not null
      ) as h
      where a.case_id between p_from and p_to
      union all
      select l.case_id, format('organisation %s as %s %s by %s', l.organisation_id, l.organisation_type, h.what, h.actor)
      from core.organisation_links as l
      cross join lateral (
        select 'linked' as what, l.linked_by as actor
        union all
        select 'unlinked', l.unlinked_by where l.unlinked_at is not null
      ) as h
      where l.case_id between p_from and p_to
    ),
    told as (
      select
        e.case_id,
        case
          when e.action = 'CREATE' then 'created by '
          when e.action = 'STATUS_CHANGE' then format('status changed to %s by ', e.after ->> 'status')
          when e.action = 'DOCUMENT_STATUS' and e.after ? 'filename' then format('document %s begun by ', e.entity_id)
          when e.action = 'DOCUMENT_DOWNLOAD' then format('document %s downloaded by ', e.entity_id)
          when e.action = 'ASSIGNMENT_CREATE' then
            format('assignment %s of %s as %s made by ', e.entity_id, e.after ->> 'userId', e.after ->> 'assignmentType')
          when e.action = 'ASSIGNMENT_REVOKE' then
            format('assignment %s of %s as %s revoked by ', e.entity_id, e.before ->> 'userId', e.before ->> 'assignmentType')
          when e.action = 'ORGANISATION_LINK' then format('organisation %s as %s linked by ', e.entity_id, e.after ->> 'organisationType')
          when e.action = 'ORGANISATION_UNLINK' then
            format('organisation %s as %s unlinked by ', e.entity_id, e.before ->> 'organisationType')
        end || e.actor as what
      from entries as e
    )
    select d.case_id, null::bigint, d.entity || ' ' || d.entity_id || ' is not as its trail says: ' || n.names
    from differing as d
    cross join lateral (
      select string_agg(f.name, ', ' order by f.name) as names
      from jsonb_object_keys(d.actual || d.recorded) as f (name)
      where d.actual -> f.name is distinct from d.recorded -> f.name
    ) as n
    union all
    select n.case_id, null, format('%s: %s times here, and %s in its trail', n.what, n.here, n.there)
    from (
      select o.case_id, o.what, sum(o.here) as here, sum(o.there) as there
      from (
        select h.case_id, h.what, 1 as here, 0 as there from happened as h
        union all
        select t.case_id, t.what, 0, 1 from told as t where t.what is not null
      ) as o
      group by o.case_id, o.what
    ) as n
    where n.here <> n.there;
end;
$$;

comment on function audit.find_unrecorded(uuid, uuid) is
'For DBAs, for the cases between two ids: fields of cases and documents, texts and removals that differ from their last entry;
creations, changes of status, uploads, downloads, assignments and links that are more or fewer than the trail records, or by others.
Not compared: their times, and the reasons and details of earlier versions, which the trail has.';

-- db/functions/audit/kept_since.sql
-- Since when refusals and sign-ins are kept
create or replace function audit.kept_since()
returns timestamptz
language sql
stable
security invoker
set search_path = ''
as $$
  select now() - interval '2 years';
$$;
comment on function audit.kept_since() is 'Refusals and sign-ins from before it may be removed.';
revoke all on function audit.kept_since() from public;
grant execute on function audit.kept_since() to casefile_backup;

-- db/functions/audit/last_expired.sql
-- The last removable row of a journal
create or replace function audit.last_expired(p_journal audit.journal)
returns bigint
language sql
stable
security invoker
set search_path = ''
as $$
  select s.last_id
  from audit.seals as s
  where s.journal = p_journal
    and s.newest_at < audit.kept_since()
    and s.number <= (select (a.journals ->> p_journal::text)::bigint from audit.anchors as a order by a.id desc limit 1)
  order by s.newest_at desc
  limit 1;
$$;

-- db/functions/audit/newest_anchor.sql
-- When the newest anchor was taken
create or replace function audit.newest_anchor()
returns double precision
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(extract(epoch from max(a.taken_at)), 0)::double precision from audit.anchors as a;
$$;

comment on function audit.newest_anchor() is
'The moment that the newest recorded anchor shows, in seconds since 1970; 0 without one. Definer: the server, which reports it,
may not read the table.';
revoke all on function audit.newest_anchor() from public;
grant execute on function audit.newest_anchor() to casefile_api;

-- db/functions/audit/record_anchor.sql
-- Record an anchor
create or replace function audit.record_anchor(
  p_taken_at timestamptz,
  p_cases bigint,
  p_root bytea,
  p_digest bytea,
  p_journals text[],
  p_numbers bigint[]
)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  -- Otherwise nobody would miss the newest anchor until then.
  if p_taken_at > clock_timestamp() then
    raise exception using errcode = 'JCFIX', message = 'An anchor cannot be from the future';
  end if;

  insert into audit.anchors (actor, taken_at, cases, root, digest, journals)
  select session_user, p_taken_at, p_cases, p_root, p_digest, coalesce(jsonb_object_agg(j.journal, j.number), '{}')
  from unnest(p_journals, p_numbers) as j (journal, number);
end;
$$;

comment on function audit.record_anchor(timestamptz, bigint, bytea, bytea, text[], bigint[]) is
'Records an anchor once it is safe elsewhere. From then on, the refusals and sign-ins that it contains may be removed after two
years. This is all that casefile_backup can write; hence definer.
Errors: JCFIX a moment that is still to come.';

-- db/functions/audit/tg_keep_two_years.sql
-- Keep rows for two years
create or replace function audit.tg_keep_two_years()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if old.occurred_at >= audit.kept_since() then
    raise exception using
      errcode = 'JCAPP',
      message = format('%s of %s is refused: its rows are kept for two years', tg_op, tg_relid::regclass);
  end if;

  return old;
end;
$$;

-- db/functions/auth/find_directory_faults.sql
-- Whether the directory is as its changes say
create or replace function auth.find_directory_faults()
returns table (entity text, entity_id text, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  with recorded as (
    select distinct on (c.entity, c.entity_id) c.entity, c.entity_id, c.after
    from auth.directory_changes as c
    order by c.entity, c.entity_id, c.id desc
  ),
  -- A column that a record does not name was added later, and is as it is.
  compared as (
    select
      'user' as entity, coalesce(r.entity_id, u.user_id) as entity_id, r.after is not null as is_recorded, u.user_id is not null as is_there,
      jsonb_populate_record(u, r.after) is not distinct from u as is_same
    from auth.users as u
    full join (select * from recorded where entity = 'user') as r on r.entity_id = u.user_id
    union all
    select
      'membership', coalesce(r.entity_id, m.id::text), r.after is not null, m.id is not null,
      jsonb_populate_record(m, r.after) is not distinct from m
    from auth.memberships as m
    full join (select * from recorded where entity = 'membership') as r on r.entity_id = m.id::text
    union all
    select
      'claim rule', coalesce(r.entity_id, l.id::text), r.after is not null, l.id is not null,
      jsonb_populate_record(l, r.after) is not distinct from l
    from auth.claim_rules as l
    full join (select * from recorded where entity = 'claim rule') as r on r.entity_id = l.id::text
  )
  select
    c.entity, c.entity_id,
    case
      when not c.is_there then 'is gone'
      when not c.is_recorded then 'was never recorded'
      else 'is not as its last change left it'
    end
  from compared as c
  where not (c.is_there and c.is_recorded and c.is_same);
$$;

comment on function auth.find_directory_faults() is
'For DBAs: users, memberships and claim rules that differ from their last record in auth.directory_changes.';
revoke all on function auth.find_directory_faults() from public;
grant execute on function auth.find_directory_faults() to casefile_backup;

-- db/functions/auth/import_problem.sql
-- An error in a field of a file
create or replace function auth.import_problem(p_state text, p_message text, p_constraint text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when p_state = 'JCVAL' then p_message
    when p_state = '23502' then 'It is missing'
    when p_state = '23505' then 'Another user has this issuer and subject'
    when p_state = '22P02' then 'It is neither true nor false'
    when p_constraint like '%_within_limit' then 'It is too long'
    when p_constraint = 'memberships_officer_has_court' then 'A case officer needs a court'
    when p_constraint = 'memberships_agency_worker_has_organisation' then 'An agency worker needs an organisation'
    when p_constraint = 'memberships_organisation_is_of_its_workers' then 'This role has no organisation'
    else p_message
  end;
$$;

-- db/functions/auth/is_safe_return_url.sql
-- Whether a login may send the browser there
create or replace function auth.is_safe_return_url(p_url text)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(p_url ~ E'^/(?![/\\\\])[^\\\\[:cntrl:][:space:]]*$' and char_length(p_url) <= 2000, false);
$$;

-- db/functions/auth/look_at_replication.sql
-- The state of a standby, or of a primary's standbys
create or replace function auth.look_at_replication()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'is_standby', pg_catalog.pg_is_in_recovery(),
    -- On a standby: its position, whether it is paused, and its name at the primary.
    'replayed', pg_catalog.pg_last_wal_replay_lsn() - '0/0'::pg_catalog.pg_lsn,
    'is_paused', case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_is_wal_replay_paused() end,
    'name', (
      select coalesce(
        substring(r.conninfo from '(?:^|[[:space:]])application_name=([^[:space:]]+)'),
        substring(r.conninfo from '(?:^|[[:space:]])fallback_application_name=([^[:space:]]+)')
      )
      from pg_catalog.pg_stat_wal_receiver as r
      where r.status = 'streaming'
    ),
    -- On a primary: its position, and how commits wait for which standbys.
    'written', case when not pg_catalog.pg_is_in_recovery() then pg_catalog.pg_current_wal_lsn() - '0/0'::pg_catalog.pg_lsn end,
    'timeline', case when not pg_catalog.pg_is_in_recovery()
      then left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8)
    end,
    'standby_names', pg_catalog.current_setting('synchronous_standby_names'),
    'standbys', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object('name', s.application_name, 'is_awaited', s.state = 'streaming' and s.sync_state in ('sync', 'quorum'))
        )
        from pg_catalog.pg_stat_replication as s
      ),
      '[]'
    ),
    -- For every session: this one may have a setting of its own.
    'is_applied_first', pg_catalog.current_setting('synchronous_commit') = 'remote_apply'
      and exists (
        select from pg_catalog.pg_settings as s
        where s.name = 'synchronous_commit' and s.source in ('configuration file', 'command line')
      )
      and not exists (
        select from pg_catalog.pg_db_role_setting as d, unnest(d.setconfig) as c (setting)
        where c.setting like 'synchronous_commit=%' and c.setting <> 'synchronous_commit=remote_apply'
      )
  )
$$;

-- db/policies/core.document_downloads.sql
grant insert (document_id, found_damaged) on table core.document_downloads to casefile_professional, hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter;

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop function audit.kept_since();
drop function audit.newest_anchor();
drop function auth.find_directory_faults();
revoke insert (document_id, found_damaged) on table core.document_downloads from casefile_professional, hmcts_case_officer, judge_legal_adviser, cafcass_officer, la_social_worker, vaa_worker, adopter;

-- db/functions/core/file_type.sql
-- The type of a file, by its name
create or replace function core.file_type(p_filename text)
returns core.file_types
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_filename text := core.trimmed(p_filename);
begin
  return (
    select t
    from core.file_types as t
    where v_filename ~ '[^.]' and t.extension = lower(substring(v_filename from '[^.].*\.([^.]+)$'))
  );
end;
$$;

-- db/functions/core/check_file_name.sql
-- Whether a file may have this name
create or replace function core.check_file_name(p_filename text)
returns core.field_error
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_filename text := core.trimmed(p_filename);
begin
  if v_filename is null then
    return row('file', 'REQUIRED', 'file is required')::core.field_error;
  end if;

  -- A path, a control character, or a mark that reverses the writing direction to hide the true ending.
  if v_filename ~ '[/\\[:cntrl:]]' or v_filename ~ E'[\u0080-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]' then
    return row('file', 'INVALID_CHARACTER', 'The file name contains characters that are not allowed')::core.field_error;
  end if;

  if not core.is_normal(v_filename) then
    return row('file', 'NOT_NORMALISED', 'The file name is not in the Unicode normal form NFC')::core.field_error;
  end if;

  if char_length(v_filename) > 255 then
    return row('file', 'TOO_LONG', 'The file name is longer than 255 characters')::core.field_error;
  end if;

  if core.file_type(v_filename) is null then
    return row('file', 'FILE_TYPE_NOT_ALLOWED', 'Only PDF, DOCX, DOC, JPG, PNG and TIFF files are allowed')::core.field_error;
  end if;

  return null;
end;
$$;

-- db/functions/audit/tg_keep_two_years.sql
-- Keep rows for two years
create or replace function audit.tg_keep_two_years()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if old.occurred_at >= now() - interval '2 years' then
    raise exception using
      errcode = 'JCAPP',
      message = format('%s of %s is refused: its rows are kept for two years', tg_op, tg_relid::regclass);
  end if;

  return old;
end;
$$;

-- db/functions/audit/find_broken_links.sql
-- Whether the audit trail of some cases is as it was written
create or replace function audit.find_broken_links(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- The planner expects too few last entries, and would search all of them for each chain.
set enable_nestloop = off
as $$
begin
  -- In PL/pgSQL, so that a session plans once for many single cases.
  return query
    with bounds as (
      select
        coalesce(p_from, '00000000-0000-0000-0000-000000000000') as first,
        coalesce(p_to, 'ffffffff-ffff-ffff-ffff-ffffffffffff') as last
    ),
    entries as (
      select
        e.case_id,
        e.id,
        e.digest,
        audit.entry_digest(lag(e.digest) over (partition by e.case_id order by e.id), e) as expected,
        row_number() over (partition by e.case_id order by e.id desc) as from_end,
        count(*) over (partition by e.case_id) as length
      from audit.entries as e
      where e.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
    )
    select e.case_id, e.id, 'changed, or an entry before it is missing'
    from entries as e
    where e.digest is distinct from e.expected
    union all
    select c.case_id, e.id, 'entries are missing at the end'
    from audit.chains as c
    left join entries as e on e.case_id = c.case_id and e.from_end = 1
    where c.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
      and (e.length is distinct from c.length or e.digest <> c.digest)
    union all
    select c.id, null, 'without any audit entry'
    from core.cases as c
    where c.id between (select b.first from bounds as b) and (select b.last from bounds as b)
      and not exists (
        select from audit.chains as h
        where h.case_id = c.id and h.case_id between (select b.first from bounds as b) and (select b.last from bounds as b)
      );
end;
$$;

-- db/functions/audit/find_broken_seals.sql
-- Whether the journals are as they were sealed
create or replace function audit.find_broken_seals(p_since jsonb default '{}')
returns table (journal text, seal_number bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  with seals as (
    select
      s.journal,
      s.number,
      s.last_id,
      s.row_count,
      s.content,
      s.digest,
      audit.seal_digest(lag(s.digest) over of_journal, s) as expected,
      coalesce(lag(s.number) over of_journal, 0) as number_before,
      coalesce(lag(s.last_id) over of_journal, 0) as last_before,
      s.journal in ('audit.refusals', 'auth.sign_ins') and s.newest_at < now() - interval '2 years' as may_be_removed
    from audit.seals as s
    where s.number >= coalesce((p_since ->> s.journal::text)::bigint, 0)
    window of_journal as (partition by s.journal order by s.number)
  ),
  checked as (
    select s.*
    from seals as s
    where s.number > coalesce((p_since ->> s.journal::text)::bigint, 0)
  )
  select c.journal::text, c.number, 'the seal was changed, or one before it is missing'
  from checked as c
  where c.digest is distinct from c.expected or c.number <> c.number_before + 1
  union all
  select c.journal::text, c.number, format('rows %s to %s were changed, removed or added', c.last_before + 1, c.last_id)
  from checked as c
  cross join lateral (
    select count(*) as row_count, sha256(string_agg(r.content, '' order by r.id)) as content
    from audit.sealed_rows(c.journal, c.last_before, c.last_id) as r
  ) as f
  where not c.may_be_removed and (f.row_count <> c.row_count or f.content is distinct from c.content);
$$;

comment on function audit.find_broken_seals(jsonb) is
'For DBAs: the seals whose rows or position in the chain differ from what was sealed; all seals, or those after the given numbers
({"auth.sign_ins": 1440}). The rows of refusals and sign-ins that may have been removed after two years are not read.';

-- db/functions/audit/find_unrecorded.sql
-- Whether cases and documents are as their trail says
create or replace function audit.find_unrecorded(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- One case is best read by indexes, and many by hash joins.
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
    with entries as (
      select e.case_id, e.id, e.entity, e.entity_id, e.action, e.before, e.after
      from audit.entries as e
      where e.case_id between p_from and p_to
    ),
    -- The last recorded value of each field.
    recorded as (
      select e.case_id, e.entity, e.entity_id, jsonb_strip_nulls(jsonb_object_agg(f.key, f.value order by e.id)) as fields
      from entries as e
      cross join lateral jsonb_each(e.after) as f
      where e.entity in ('case', 'document')
      group by e.case_id, e.entity, e.entity_id
    ),
    actual as (
      select c.id as case_id, 'case' as entity, c.id::text as entity_id, audit.case_image(c) as fields
      from core.cases as c
      where c.id between p_from and p_to
      union all
      select
        d.case_id, 'document', d.id::text,
        audit.document_image(d) || jsonb_build_object(
          'textSha256', encode(sha256(convert_to(t.content, 'UTF8')), 'hex'),
          'bytesRemoved', case when r.document_id is not null then true end
        )
      from core.documents as d
      left join core.document_texts as t on t.document_id = d.id and t.case_id between p_from and p_to
      left join core.document_removals as r on r.document_id = d.id
      where d.case_id between p_from and p_to
    ),
    differing as (
      select
        coalesce(a.case_id, r.case_id) as case_id,
        coalesce(a.entity, r.entity) as entity,
        coalesce(a.entity_id, r.entity_id) as entity_id,
        coalesce(jsonb_strip_nulls(a.fields), '{}') as actual,
        coalesce(r.fields - 'foundDamaged', '{}') as recorded
      from actual as a
      full join recorded as r on r.case_id = a.case_id and r.entity = a.entity and r.entity_id = a.entity_id
      where jsonb_strip_nulls(a.fields) is distinct from r.fields - 'foundDamaged'
    ),
    -- Events must be in both places equally often.
    happened as (
      select s.case_id, 'status changed to ' || s.to_status as what
      from core.status_changes as s
      where s.case_id between p_from and p_to
      union all
      select d.case_id, 'document ' || d.id || ' downloaded'
      from core.document_downloads as w
      join core.documents as d on d.id = w.document_id
      where d.case_id between p_from and p_to
      union all
      select a.case_id, format('assignment %s %s: %s as %s', a.id, h.what, a.user_id, a.assignment_type)
      from core.assignments as a
      cross join lateral (select 'made' as what union all select 'revoked' where a.revoked_at is not null) as h
      where a.case_id between p_from and p_to
      union all
      select l.case_id, format('organisation %s: %s as %s', h.what, l.organisation_id, l.organisation_type)
      from core.organisation_links as l
      cross join lateral (select 'linked' as what union all select 'unlinked' where l.unlinked_at is not null) as h
      where l.case_id between p_from and p_to
    ),
    told as (
      select
        e.case_id,
        case e.action
          when 'STATUS_CHANGE' then 'status changed to ' || (e.after ->> 'status')
          when 'DOCUMENT_DOWNLOAD' then 'document ' || e.entity_id || ' downloaded'
          when 'ASSIGNMENT_CREATE' then
            format('assignment %s made: %s as %s', e.entity_id, e.after ->> 'userId', e.after ->> 'assignmentType')
          when 'ASSIGNMENT_REVOKE' then
            format('assignment %s revoked: %s as %s', e.entity_id, e.before ->> 'userId', e.before ->> 'assignmentType')
          when 'ORGANISATION_LINK' then format('organisation linked: %s as %s', e.entity_id, e.after ->> 'organisationType')
          when 'ORGANISATION_UNLINK' then format('organisation unlinked: %s as %s', e.entity_id, e.before ->> 'organisationType')
        end as what
      from entries as e
    )
    select d.case_id, null::bigint, d.entity || ' ' || d.entity_id || ' is not as its trail says: ' || n.names
    from differing as d
    cross join lateral (
      select string_agg(f.name, ', ' order by f.name) as names
      from jsonb_object_keys(d.actual || d.recorded) as f (name)
      where d.actual -> f.name is distinct from d.recorded -> f.name
    ) as n
    union all
    select n.case_id, null, format('%s: %s times here, and %s in its trail', n.what, n.here, n.there)
    from (
      select o.case_id, o.what, sum(o.here) as here, sum(o.there) as there
      from (
        select h.case_id, h.what, 1 as here, 0 as there from happened as h
        union all
        select t.case_id, t.what, 0, 1 from told as t where t.what is not null
      ) as o
      group by o.case_id, o.what
    ) as n
    where n.here <> n.there;
end;
$$;

comment on function audit.find_unrecorded(uuid, uuid) is
'For DBAs, for the cases between two ids: fields of cases and documents, texts and removals that differ from their last entry;
changes of status, downloads, assignments and links that are more or fewer than the trail records.';

-- db/functions/audit/last_expired.sql
-- How far a journal may be removed
create or replace function audit.last_expired(p_journal audit.journal)
returns bigint
language sql
stable
security invoker
set search_path = ''
as $$
  select s.last_id
  from audit.seals as s
  where s.journal = p_journal
    and s.newest_at < now() - interval '2 years'
    and s.number <= (select (a.journals ->> p_journal::text)::bigint from audit.anchors as a order by a.id desc limit 1)
  order by s.newest_at desc
  limit 1;
$$;

-- db/functions/audit/record_anchor.sql
-- Keep that an anchor was taken
create or replace function audit.record_anchor(
  p_taken_at timestamptz,
  p_cases bigint,
  p_root bytea,
  p_digest bytea,
  p_journals text[],
  p_numbers bigint[]
)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into audit.anchors (actor, taken_at, cases, root, digest, journals)
  select session_user, p_taken_at, p_cases, p_root, p_digest, coalesce(jsonb_object_agg(j.journal, j.number), '{}')
  from unnest(p_journals, p_numbers) as j (journal, number);
end;
$$;

comment on function audit.record_anchor(timestamptz, bigint, bytea, bytea, text[], bigint[]) is
'Records an anchor once it is safe elsewhere. From then on, the refusals and sign-ins that it contains may be removed after two
years. This is all that casefile_backup can write; hence definer.';

-- db/functions/auth/is_safe_return_url.sql
-- Whether a login may send the browser there
create or replace function auth.is_safe_return_url(p_url text)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(p_url ~ '^/(?![/\\])[^\\[:cntrl:][:space:]]*$' and char_length(p_url) <= 2000, false);
$$;

-- db/functions/auth/import_problem.sql
-- What is wrong with a field of a file
create or replace function auth.import_problem(p_state text, p_message text, p_constraint text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when p_state = 'JCVAL' then p_message
    when p_state = '23502' then 'It is missing'
    when p_state = '23505' then 'Another user has this issuer and subject'
    when p_state = '22P02' then 'It is neither true nor false'
    when p_constraint like '%\_within\_limit' then 'It is too long'
    when p_constraint = 'memberships_officer_has_court' then 'A case officer needs a court'
    when p_constraint = 'memberships_agency_worker_has_organisation' then 'An agency worker needs an organisation'
    when p_constraint = 'memberships_organisation_is_of_its_workers' then 'This role has no organisation'
    else p_message
  end;
$$;

-- db/functions/auth/look_at_replication.sql
-- The state of a standby, or of a primary's standbys
create or replace function auth.look_at_replication()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'is_standby', pg_catalog.pg_is_in_recovery(),
    -- On a standby: its position, whether it is paused, and its name at the primary.
    'replayed', pg_catalog.pg_last_wal_replay_lsn() - '0/0'::pg_catalog.pg_lsn,
    'is_paused', case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_is_wal_replay_paused() end,
    'name', (
      select coalesce(
        substring(r.conninfo from '(?:^|\s)application_name=(\S+)'),
        substring(r.conninfo from '(?:^|\s)fallback_application_name=(\S+)')
      )
      from pg_catalog.pg_stat_wal_receiver as r
      where r.status = 'streaming'
    ),
    -- On a primary: its position, and how commits wait for which standbys.
    'written', case when not pg_catalog.pg_is_in_recovery() then pg_catalog.pg_current_wal_lsn() - '0/0'::pg_catalog.pg_lsn end,
    'timeline', case when not pg_catalog.pg_is_in_recovery()
      then left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8)
    end,
    'standby_names', pg_catalog.current_setting('synchronous_standby_names'),
    'standbys', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object('name', s.application_name, 'is_awaited', s.state = 'streaming' and s.sync_state in ('sync', 'quorum'))
        )
        from pg_catalog.pg_stat_replication as s
      ),
      '[]'
    ),
    -- For every session: this one may have a setting of its own.
    'is_applied_first', pg_catalog.current_setting('synchronous_commit') = 'remote_apply'
      and exists (
        select from pg_catalog.pg_settings as s
        where s.name = 'synchronous_commit' and s.source in ('configuration file', 'command line')
      )
      and not exists (
        select from pg_catalog.pg_db_role_setting as d, unnest(d.setconfig) as c (setting)
        where c.setting like 'synchronous\_commit=%' and c.setting <> 'synchronous_commit=remote_apply'
      )
  )
$$;
