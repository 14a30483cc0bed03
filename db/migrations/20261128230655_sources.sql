-- migrate:up

-- Written by scripts/gen-migration: what the sources in db/ say anew.

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop policy select_own_court on core.case_number_series;
drop policy select_own_court on core.case_participants;
drop policy select_own_court on core.case_number_gaps;
drop policy select_own_court on audit.entries;
drop policy select_own_court on core.assignment_particulars;
drop policy select_own_court on core.assignments;
drop policy select_own_court on core.case_details;
drop policy select_own_court on core.document_texts;
drop policy select_own_court on core.documents;
drop policy select_own_court on core.organisation_links;
drop policy select_own_court on core.status_change_particulars;
drop policy select_own_court on core.status_changes;
drop trigger tg_entries__first_form_meanwhile on audit.entries;
drop function audit.tg_first_form_meanwhile();

-- db/types/audit.journal.sql
create type audit.journal as enum (
  'auth.directory_changes',
  'audit.reference_changes',
  'audit.restores',
  'audit.anchors',
  'audit.refusals',
  'auth.sign_ins'
);

comment on type audit.journal is
'The tables that audit.seals chains, in the order in which they are sealed: those first whose writers may keep it waiting.';

-- db/tables/audit.anchors.sql
create table audit.anchors (
  id bigint generated always as identity primary key,
  recorded_at timestamptz not null default clock_timestamp(),
  actor text not null,
  taken_at timestamptz not null,
  cases bigint not null,
  root bytea not null constraint anchors_root_is_sha256 check (octet_length(root) = 32),
  digest bytea not null constraint anchors_digest_is_sha256 check (octet_length(digest) = 32),
  journals jsonb not null
);

comment on table audit.anchors is
'Each anchor that was taken of the audit trail: it stands signed in a file elsewhere, and here is only that it was taken. Append-only.';
comment on column audit.anchors.actor is 'The database login.';
comment on column audit.anchors.taken_at is 'The moment that it shows.';
comment on column audit.anchors.cases is 'How many trails it has.';
comment on column audit.anchors.root is 'The root of its Merkle tree over the tips of all trails.';
comment on column audit.anchors.digest is 'SHA-256 over its header, which is what is signed.';
comment on column audit.anchors.journals is 'How many seals it has of each journal: {"auth.sign_ins": 1440, ...}.';

-- db/tables/audit.entries.sql
comment on column audit.entries.court_code is
'The court of the case at the time, whose officers read it. In the first form no part of the digest; audit.find_faults compares it
with the case.';
comment on column audit.entries.digest_form is 'In which form audit.entry_digest makes the digest; 1 for entries from before 0.7.0.';

-- db/tables/audit.refusals.sql
comment on table audit.refusals is 'The security audit: each access that was denied, for the caller''s role or for the case. Kept for two years, and until an anchor has them.';

-- db/tables/audit.seals.sql
create table audit.seals (
  journal audit.journal not null,
  number bigint not null,
  last_id bigint not null,
  row_count integer not null,
  newest_at timestamptz not null,
  sealed_at timestamptz not null default clock_timestamp(),
  form integer not null default 1,
  content bytea not null,
  digest bytea not null constraint seals_digest_is_sha256 check (octet_length(digest) = 32),
  primary key (journal, number)
);

comment on table audit.seals is
'What chains the rows of the journals that belong to no case: sign-ins, refusals, changes of the directory and of reference rows, restores,
anchors. Each seal has the rows that came after the one before it. Append-only.';
comment on column audit.seals.number is 'From 1 in each journal, without a gap.';
comment on column audit.seals.last_id is 'The last row that it has; the first is the one after the last of the seal before.';
comment on column audit.seals.newest_at is 'When the last of its rows was written: those of sign-ins and refusals may go two years later.';
comment on column audit.seals.form is 'In which form content and digest are made; there is one so far.';
comment on column audit.seals.content is 'SHA-256 over its rows, as audit.sealed_rows gives them.';
comment on column audit.seals.digest is 'SHA-256 over the digest of the seal before this one and this seal.';
create index seals_journal_newest_at_idx on audit.seals (journal, newest_at);

-- db/tables/auth.sign_ins.sql
comment on table auth.sign_ins is
'Each session that was opened, and each that was refused: whose claims, and for whom. Never a token. The same refusal is one row a
minute. Kept for two years, and until an anchor has them.';

-- db/functions/audit/append.sql
-- Append an entry to a case's trail
create or replace function audit.append(
  p_case_id uuid,
  p_entity text,
  p_entity_id text,
  p_action audit.action,
  p_before jsonb,
  p_after jsonb
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_previous bytea;
  v_entry audit.entries;
begin
  -- The lock on the chain comes first: the id and the time of an entry are taken behind it.
  select c.digest into v_previous
  from audit.chains as c
  where c.case_id = p_case_id
  for no key update;

  v_entry.id := nextval('audit.entries_id_seq');
  v_entry.case_id := p_case_id;
  v_entry.entity := p_entity;
  v_entry.entity_id := p_entity_id;
  v_entry.action := p_action;
  v_entry.actor := core.actor();
  v_entry.actor_role := core.actor_role();
  v_entry.occurred_at := clock_timestamp();
  v_entry.before := p_before;
  v_entry.after := p_after;
  v_entry.request_id := nullif(current_setting('casefile.request_id', true), '');
  v_entry.client_address := audit.client_address();
  v_entry.court_code := (select c.court_code from core.cases as c where c.id = p_case_id);
  v_entry.digest_form := 2;
  v_entry.digest := audit.entry_digest(v_previous, v_entry);

  insert into audit.entries select v_entry.*;

  if v_previous is null then
    insert into audit.chains (case_id, length, digest) values (p_case_id, 1, v_entry.digest);
  else
    update audit.chains set length = length + 1, digest = v_entry.digest where case_id = p_case_id;
  end if;
end;
$$;

-- db/functions/audit/case_image.sql
grant execute on function audit.case_image(core.cases) to casefile_backup;

-- db/functions/audit/changed_tips.sql
-- The trails that are not as an anchor has them
create or replace function audit.changed_tips(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[])
returns table (case_id uuid, length bigint, anchored_length bigint, anchored_digest bytea)
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(a.case_id, c.case_id), c.length, a.length, a.digest
  from unnest(p_case_ids, p_lengths, p_digests) as a (case_id, length, digest)
  full join (select * from audit.chains as h where h.case_id between p_from and p_to) as c on c.case_id = a.case_id
  where (a.length, a.digest) is distinct from (c.length, c.digest);
$$;

comment on function audit.changed_tips(uuid, uuid, uuid[], bigint[], bytea[]) is
'Of the cases from one id to another, with the tips that an anchor has of these: which have come, gone, or been written to since. A length is
null where there is no trail, or was none.';
revoke all on function audit.changed_tips(uuid, uuid, uuid[], bigint[], bytea[]) from public;
grant execute on function audit.changed_tips(uuid, uuid, uuid[], bigint[], bytea[]) to casefile_backup;

-- db/functions/audit/document_image.sql
grant execute on function audit.document_image(core.documents) to casefile_backup;

-- db/functions/audit/entry_digest.sql
-- The digest that chains an audit entry to the one before
create or replace function audit.entry_digest(p_previous bytea, p_entry audit.entries)
returns bytea
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_entry.digest_form = 2 then
    -- PostgreSQL's binary form of a row: of each field its type, its length (-1 for null), its bytes. Times are in microseconds.
    return sha256(record_send(row(
      p_entry.digest_form, p_previous, p_entry.id, p_entry.case_id, p_entry.entity, p_entry.entity_id, p_entry.action::text,
      p_entry.actor, p_entry.actor_role, p_entry.occurred_at, p_entry.before, p_entry.after, p_entry.request_id,
      p_entry.client_address, p_entry.court_code
    )));
  elsif p_entry.digest_form = 1 then
    -- In which a time before Christ is as one after, and null as the null of JSON.
    return sha256(
      coalesce(p_previous, '') || convert_to(
        jsonb_build_array(
          p_entry.id, p_entry.case_id, p_entry.entity, p_entry.entity_id, p_entry.action::text, p_entry.actor,
          p_entry.actor_role, to_char(p_entry.occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
          p_entry.before, p_entry.after, p_entry.request_id, p_entry.client_address
        )::text,
        'UTF8'
      )
    );
  end if;

  return null;
end;
$$;

comment on function audit.entry_digest(bytea, audit.entries) is
'SHA-256 over the digest before and every column of the entry but its own digest, in the form that the entry names. Entries that differ
have different digests in the second form; the first, of entries from before 0.7.0, leaves out the court as well. Null for a form that there is not.';

-- db/functions/audit/find_broken_links.sql
-- Whether the audit trail of some cases is as it was written
create or replace function audit.find_broken_links(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- Few entries are the last of their case, but not so few that each chain should look for its own among all.
set enable_nestloop = off
as $$
begin
  -- In PL/pgSQL, so that a session that asks of one case after the other plans once.
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
'For DBAs: the seals whose rows or whose place in their chain are not as they were sealed, of all seals or of those after the numbers
that are given ({"auth.sign_ins": 1440}). The rows of refusals and sign-ins that may have been removed after two years are not read.';
revoke all on function audit.find_broken_seals(jsonb) from public;
grant execute on function audit.find_broken_seals(jsonb) to casefile_backup;

-- db/functions/audit/find_departures.sql
-- Whether the trails still have what an anchor has of them
create or replace function audit.find_departures(p_from uuid, p_to uuid, p_case_ids uuid[], p_lengths bigint[], p_digests bytea[])
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  with changed as materialized (
    select * from audit.changed_tips(p_from, p_to, p_case_ids, p_lengths, p_digests)
  ),
  -- One case costs as much as thirty that are read along their ids: it is not the rows, but a plan for each.
  extent as materialized (
    select min(c.case_id::text)::uuid as first, max(c.case_id::text)::uuid as last, count(*) > 100 as are_many
    from changed as c
  )
  select c.case_id, null::bigint, format('was anchored with %s entries, and has %s', c.anchored_length, coalesce(c.length, 0))
  from changed as c
  where coalesce(c.length, 0) < c.anchored_length
  union all
  select c.case_id, e.id, 'is not the entry that was anchored'
  from changed as c
  cross join lateral (
    select h.id, h.digest from audit.entries as h where h.case_id = c.case_id order by h.id offset c.anchored_length - 1 limit 1
  ) as e
  where e.digest <> c.anchored_digest
  union all
  select f.case_id, f.entry_id, f.problem
  from changed as c
  cross join lateral audit.find_faults(c.case_id, c.case_id) as f
  where not (select e.are_many from extent as e)
  union all
  select f.case_id, f.entry_id, f.problem
  from extent as e
  cross join lateral audit.find_faults(e.first, e.last) as f
  where e.are_many and f.case_id in (select c.case_id from changed as c);
$$;

comment on function audit.find_departures(uuid, uuid, uuid[], bigint[], bytea[]) is
'Of the cases from one id to another, with the tips that an anchor has of these: trails that are gone, shorter, or were written anew; and what
audit.find_faults finds of those that have come or been written to since. Of others no row is read,
unless more than a hundred have changed.';
revoke all on function audit.find_departures(uuid, uuid, uuid[], bigint[], bytea[]) from public;
grant execute on function audit.find_departures(uuid, uuid, uuid[], bigint[], bytea[]) to casefile_backup;

-- db/functions/audit/find_faults.sql
-- Whether cases and their audit trail say the same
create or replace function audit.find_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- In PL/pgSQL, so that a session that asks of one case after the other plans once.
  return query
    select b.case_id, b.entry_id, b.problem
    from audit.find_broken_links(p_from, p_to) as b
    union all
    select u.case_id, u.entry_id, u.problem
    from audit.find_unrecorded(p_from, p_to) as u
    union all
    select h.case_id, null, 'the case of this trail is gone'
    from audit.chains as h
    where h.case_id between p_from and p_to
      and not exists (select from core.cases as c where c.id = h.case_id and c.id between p_from and p_to)
    union all
    select c.id, null, 'version ' || c.version || ', and audited changes: ' || count(e.id)
    from core.cases as c
    left join audit.entries as e
      on e.case_id = c.id and e.case_id between p_from and p_to and e.entity = 'case' and e.action <> 'CREATE'
    where c.id between p_from and p_to
    group by c.id, c.version
    having c.version <> count(e.id) + 1
    union all
    select e.case_id, e.id, 'of another court than its case: ' || e.court_code
    from audit.entries as e
    join core.cases as c on c.id = e.case_id
    where e.case_id between p_from and p_to and e.court_code <> c.court_code;
end;
$$;

comment on function audit.find_faults(uuid, uuid) is
'For DBAs, of the cases from one id to another: audit.find_broken_links, audit.find_unrecorded, trails without their
case, versions that are not one more than the changes audited, and entries of another court.';

-- db/functions/audit/find_seal_departures.sql
-- Whether the journals still have what an anchor has of them
create or replace function audit.find_seal_departures(p_journals text[], p_numbers bigint[], p_digests bytea[])
returns table (journal text, seal_number bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  select a.journal, a.number, case when s.digest is null then 'was anchored, and is gone' else 'is not the seal that was anchored' end
  from unnest(p_journals, p_numbers, p_digests) as a (journal, number, digest)
  left join audit.seals as s on s.journal = a.journal::audit.journal and s.number = a.number
  where s.digest is distinct from a.digest;
$$;

comment on function audit.find_seal_departures(text[], bigint[], bytea[]) is
'Given the newest seals as an anchor has them, as audit.journal_tips gave them: those that are gone, or others.';
revoke all on function audit.find_seal_departures(text[], bigint[], bytea[]) from public;
grant execute on function audit.find_seal_departures(text[], bigint[], bytea[]) to casefile_backup;

-- db/functions/audit/find_unrecorded.sql
-- Whether cases and documents are as their trail says
create or replace function audit.find_unrecorded(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language plpgsql
stable
security invoker
set search_path = ''
-- Of one case, each table is read by an index; of many, by hashes.
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
    with entries as (
      select e.case_id, e.id, e.entity, e.entity_id, e.action, e.before, e.after
      from audit.entries as e
      where e.case_id between p_from and p_to
    ),
    -- Each field as the last entry that names it left it.
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
    -- What happens once or is undone: as often here as there.
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
'For DBAs, of the cases from one id to another: fields of cases and documents, texts and removals that are not as the last entry about them left
them; changes of status, downloads, assignments and links that happened more or less often than the trail tells.';
revoke all on function audit.find_unrecorded(uuid, uuid) from public;
grant execute on function audit.find_unrecorded(uuid, uuid) to casefile_backup;

-- db/functions/audit/hold_journal.sql
-- Wait for whoever writes a journal, and let nobody begin
create or replace function audit.hold_journal(p_journal audit.journal)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  case p_journal
    when 'auth.directory_changes' then lock table auth.directory_changes in share row exclusive mode;
    when 'audit.reference_changes' then lock table audit.reference_changes in share row exclusive mode;
    when 'audit.restores' then lock table audit.restores in share row exclusive mode;
    when 'audit.anchors' then lock table audit.anchors in share row exclusive mode;
    when 'audit.refusals' then lock table audit.refusals in share row exclusive mode;
    when 'auth.sign_ins' then lock table auth.sign_ins in share row exclusive mode;
  end case;
end;
$$;

comment on function audit.hold_journal(audit.journal) is
'Until the end of the transaction: so no row comes later with an id that is smaller than one that a seal has. For audit.seal_journal alone.';
revoke all on function audit.hold_journal(audit.journal) from public;

-- db/functions/audit/journal_tips.sql
-- The newest seal of each journal
create or replace function audit.journal_tips()
returns table (journal text, number bigint, digest bytea)
language sql
stable
security invoker
set search_path = ''
as $$
  select j.journal::text, s.number, s.digest
  from unnest(enum_range(null::audit.journal)) as j (journal)
  cross join lateral (
    select t.number, t.digest from audit.seals as t where t.journal = j.journal order by t.number desc limit 1
  ) as s;
$$;
comment on function audit.journal_tips() is 'For an anchor: how many seals each journal has, and the digest of the last; no row for one without.';
revoke all on function audit.journal_tips() from public;
grant execute on function audit.journal_tips() to casefile_backup;

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

comment on function audit.last_expired(audit.journal) is
'The last row of the last seal of which all rows are older than two years and which the newest anchor has; null if there is none. For auth.sweep.';
revoke all on function audit.last_expired(audit.journal) from public;

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
'Called when the anchor is safe elsewhere: from then on, what it has of refusals and sign-ins may be removed after two years. It is all that
casefile_backup can write. Definer, for that.';
revoke all on function audit.record_anchor(timestamptz, bigint, bytea, bytea, text[], bigint[]) from public;
grant execute on function audit.record_anchor(timestamptz, bigint, bytea, bytea, text[], bigint[]) to casefile_backup;

-- db/functions/audit/seal_digest.sql
-- The digest that chains a seal to the one before
create or replace function audit.seal_digest(p_previous bytea, p_seal audit.seals)
returns bytea
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return sha256(record_send(row(
    p_seal.form, p_previous, p_seal.journal::text, p_seal.number, p_seal.last_id, p_seal.row_count, p_seal.newest_at, p_seal.sealed_at,
    p_seal.content
  )));
end;
$$;

comment on function audit.seal_digest(bytea, audit.seals) is
'SHA-256 over the digest before and every column of the seal but its own digest, in PostgreSQL''s binary form of a row.';
revoke all on function audit.seal_digest(bytea, audit.seals) from public;
grant execute on function audit.seal_digest(bytea, audit.seals) to casefile_backup;

-- db/functions/audit/seal_journal.sql
-- Chain what has come into a journal since its last seal
create or replace function audit.seal_journal(p_journal audit.journal, p_limit integer)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
-- Each journal is another table: a plan that is made for one reads that alone.
set plan_cache_mode = force_custom_plan
as $$
declare
  v_previous audit.seals;
  v_seal audit.seals;
begin
  perform audit.hold_journal(p_journal);

  select * into v_previous from audit.seals as s where s.journal = p_journal order by s.number desc limit 1;
  v_seal.journal := p_journal;
  v_seal.number := coalesce(v_previous.number, 0) + 1;
  -- A refusal is counted on for a minute.
  v_seal.last_id := (
    select max(n.id)
    from (
      select r.id, r.occurred_at
      from audit.sealed_rows(p_journal, coalesce(v_previous.last_id, 0), 9223372036854775807) as r
      order by r.id
      limit p_limit
    ) as n
    where p_journal <> 'audit.refusals' or n.occurred_at < clock_timestamp() - interval '2 minutes'
  );

  if v_seal.last_id is null then
    return 0;
  end if;

  select count(*), max(r.occurred_at), sha256(string_agg(r.content, '' order by r.id))
  into v_seal.row_count, v_seal.newest_at, v_seal.content
  from audit.sealed_rows(p_journal, coalesce(v_previous.last_id, 0), v_seal.last_id) as r;

  v_seal.sealed_at := clock_timestamp();
  v_seal.form := 1;
  v_seal.digest := audit.seal_digest(v_previous.digest, v_seal);
  insert into audit.seals select v_seal.*;

  return v_seal.row_count;
end;
$$;

comment on function audit.seal_journal(audit.journal, integer) is
'Makes a seal of at most so many rows, if there are any; how many it has. Whoever writes the journal meanwhile waits. For
audit.seal_journals alone, which runs as the owner.';
revoke all on function audit.seal_journal(audit.journal, integer) from public;

-- db/functions/audit/seal_journals.sql
-- Chain what has come into the journals
create or replace function audit.seal_journals(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
set lock_timeout = '200ms'
as $$
declare
  v_journal audit.journal;
  v_most integer := 0;
begin
  foreach v_journal in array enum_range(null::audit.journal) loop
    begin
      v_most := greatest(v_most, audit.seal_journal(v_journal, p_limit));
    exception
      when lock_not_available then
        -- A registrar is in the middle of a change: the next minute will do.
        null;
    end;
  end loop;

  return v_most;
end;
$$;

comment on function audit.seal_journals(integer) is
'Makes at most one seal of each journal, of at most so many rows; the most that one has. As long as that is the limit, there is more to
do. The server calls it every minute. Definer: the server may not read or write the tables.';
revoke all on function audit.seal_journals(integer) from public;
grant execute on function audit.seal_journals(integer) to casefile_api;

-- db/functions/audit/sealed_rows.sql
-- The rows of a journal, as a seal has them
create or replace function audit.sealed_rows(p_journal audit.journal, p_after bigint, p_last bigint)
returns table (id bigint, occurred_at timestamptz, content bytea)
language sql
stable
security invoker
-- No search path of its own: so it becomes a part of its callers' queries, of which each reads one journal.
as $$
  select c.id, c.occurred_at, pg_catalog.record_send(row(c.id, c.occurred_at, c.actor, c.entity, c.entity_id, c.before, c.after))
  from auth.directory_changes as c
  where p_journal = 'auth.directory_changes' and c.id > p_after and c.id <= p_last
  union all
  select c.id, c.occurred_at, pg_catalog.record_send(row(c.id, c.occurred_at, c.actor, c.table_name, c.row_key, c.before, c.after))
  from audit.reference_changes as c
  where p_journal = 'audit.reference_changes' and c.id > p_after and c.id <= p_last
  union all
  select
    r.id, r.occurred_at,
    pg_catalog.record_send(row(
      r.id, r.occurred_at, r.actor, r.old_system_identifier, r.system_identifier, r.old_store_id, r.store_id, r.last_entry_id,
      r.marked_entry_id, r.marked_at, r.sessions_ended, r.keys_ended, r.number_gap
    ))
  from audit.restores as r
  where p_journal = 'audit.restores' and r.id > p_after and r.id <= p_last
  union all
  select
    a.id, a.recorded_at,
    pg_catalog.record_send(row(a.id, a.recorded_at, a.actor, a.taken_at, a.cases, a.root, a.digest, a.journals))
  from audit.anchors as a
  where p_journal = 'audit.anchors' and a.id > p_after and a.id <= p_last
  union all
  select
    r.id, r.occurred_at,
    pg_catalog.record_send(row(
      r.id, r.case_id, r.operation, r.user_id, r.user_role, r.reason, r.occurred_at, r.request_id, r.client_address, r.times
    ))
  from audit.refusals as r
  where p_journal = 'audit.refusals' and r.id > p_after and r.id <= p_last
  union all
  select
    s.id, s.occurred_at,
    pg_catalog.record_send(row(
      s.id, s.occurred_at, s.issuer, s.subject, s.user_id, s.user_role::text, s.kind, s.outcome, s.client_address, s.request_id
    ))
  from auth.sign_ins as s
  where p_journal = 'auth.sign_ins' and s.id > p_after and s.id <= p_last;
$$;

comment on function audit.sealed_rows(audit.journal, bigint, bigint) is
'The rows after one id up to another, each with all its columns in PostgreSQL''s binary form of a row, in which rows that differ have different bytes.';
revoke all on function audit.sealed_rows(audit.journal, bigint, bigint) from public;
grant execute on function audit.sealed_rows(audit.journal, bigint, bigint) to casefile_backup;

-- db/functions/audit/tg_refuse_change.sql
create trigger tg_seals__refuse_change
before update or delete or truncate on audit.seals
for each statement execute function audit.tg_refuse_change();
alter table audit.seals enable always trigger tg_seals__refuse_change;

create trigger tg_anchors__refuse_change
before update or delete or truncate on audit.anchors
for each statement execute function audit.tg_refuse_change();
alter table audit.anchors enable always trigger tg_anchors__refuse_change;

-- db/functions/auth/sweep.sql
-- Remove what has expired
create or replace function auth.sweep(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_sessions integer;
  v_answers integer;
  v_refusals integer;
  v_sign_ins integer;
  v_rates integer;
begin
  -- Whoever has a row locked is about to remove it, or to take it over.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid from auth.sessions as s where s.expires_at <= now() order by s.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_sessions = row_count;

  delete from core.kept_answers
  where ctid = any (array(
    select k.ctid from core.kept_answers as k where k.expires_at <= now() order by k.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_answers = row_count;

  -- Whole seals alone, and those that an anchor has.
  delete from audit.refusals
  where id = any (array(
    select r.id from audit.refusals as r where r.id <= audit.last_expired('audit.refusals') order by r.id limit p_limit
  ));
  get diagnostics v_refusals = row_count;

  delete from auth.sign_ins
  where id = any (array(
    select s.id from auth.sign_ins as s where s.id <= audit.last_expired('auth.sign_ins') order by s.id limit p_limit
  ));
  get diagnostics v_sign_ins = row_count;

  delete from auth.log_in_rates
  where ctid = any (array(
    select r.ctid from auth.log_in_rates as r where r.paid_until <= now() order by r.paid_until limit p_limit for update skip locked
  ));
  get diagnostics v_rates = row_count;

  return greatest(v_sessions, v_answers, v_refusals, v_sign_ins, v_rates);
end;
$$;

comment on function auth.sweep(integer) is
'Removes expired sessions, answers and counts of log-ins, and refusals and sign-ins of two years ago that an anchor has, of each no more than the limit; how many of the one of which there were more.
As long as that is the limit, there is more to do. Definer: the server may not write the tables.';

-- db/functions/api/claim_key.sql
-- Claim the Idempotency-Key of a write
create or replace function api.claim_key(p_key text, p_request_sha256 bytea)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_answer jsonb;
begin
  if core.take_key(p_key, p_request_sha256) then
    return null;
  end if;

  -- The policy knows whether the caller still reaches the case.
  select k.answer into v_answer
  from core.kept_answers as k
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  -- For the server, which tells its client. A command, as set_config is not for callers.
  set local casefile.is_replay = 'on';
  return v_answer;
end;
$$;

-- db/policies/audit.anchors.sql
-- Anchors that were taken: written by audit.record_anchor, read by DBAs.

alter table audit.anchors enable row level security;
alter table audit.anchors force row level security;

create policy select_to_owner on audit.anchors for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.anchors is 'An administrator works as the owner.';

create policy insert_to_owner on audit.anchors for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.anchors is 'audit.record_anchor alone records them.';
revoke all on audit.anchors from public;

-- db/policies/audit.entries.sql
create policy select_own_court on audit.entries for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));

comment on policy select_own_court on audit.entries is
'An officer, what was done in its own court, to deleted cases too.';

-- db/policies/audit.seals.sql
-- Seals: written by audit.seal_journal, read by DBAs.

alter table audit.seals enable row level security;
alter table audit.seals force row level security;

create policy select_to_owner on audit.seals for select
to casefile_owner
using (true);
comment on policy select_to_owner on audit.seals is 'An administrator works as the owner.';

create policy insert_to_owner on audit.seals for insert
to casefile_owner
with check (true);
comment on policy insert_to_owner on audit.seals is 'audit.seal_journal alone makes them.';
revoke all on audit.seals from public;

-- db/policies/core.assignment_particulars.sql
create policy select_own_court on core.assignment_particulars for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.assignment_particulars is 'An officer, of the cases of its own court.';

-- db/policies/core.assignments.sql
create policy select_own_court on core.assignments for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));

comment on policy select_own_court on core.assignments is
'An officer, of the cases of its own court.';

-- db/policies/core.case_details.sql
create policy select_own_court on core.case_details for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));

comment on policy select_own_court on core.case_details is
'An officer, of the cases of its own court.';

-- db/policies/core.case_number_gaps.sql
create policy select_own_court on core.case_number_gaps for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));

comment on policy select_own_court on core.case_number_gaps is
'An officer, of its own court: core.tg_case_number_series__in_use looks as whoever creates a case.';

-- db/policies/core.case_number_series.sql
create policy select_own_court on core.case_number_series for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));

comment on policy select_own_court on core.case_number_series is
'An officer, of its own court. Nobody else: core.count_cases takes a tally that it sees for the number of cases within reach.';

-- db/policies/core.case_participants.sql
create policy select_own_court on core.case_participants for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.case_participants is 'An officer, of the cases of its own court.';

-- db/policies/core.document_texts.sql
create policy select_own_court on core.document_texts for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.document_texts is 'An officer, of the cases of its own court.';

-- db/policies/core.documents.sql
-- Deleted ones too, for the same reason as in core.cases.
create policy select_own_court on core.documents for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.documents is 'An officer reaches the documents of the cases of its own court.';

-- db/policies/core.organisation_links.sql
create policy select_own_court on core.organisation_links for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));

comment on policy select_own_court on core.organisation_links is
'An officer, of the cases of its own court.';

-- db/policies/core.status_change_particulars.sql
create policy select_own_court on core.status_change_particulars for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));
comment on policy select_own_court on core.status_change_particulars is 'An officer, of the cases of its own court.';

-- db/policies/core.status_changes.sql
create policy select_own_court on core.status_changes for select
to hmcts_case_officer
using (court_code = any (array[(select core.claim('court_code'))]));

comment on policy select_own_court on core.status_changes is
'An officer, of the cases of its own court.';

-- migrate:down

-- Bodies may name functions that come later.
set local check_function_bodies = off;

drop function audit.seal_digest(bytea, audit.seals);
drop table audit.seals;
drop table audit.anchors;
drop policy select_own_court on audit.entries;
drop policy select_own_court on core.assignment_particulars;
drop policy select_own_court on core.assignments;
drop policy select_own_court on core.case_details;
drop policy select_own_court on core.case_number_gaps;
drop policy select_own_court on core.case_number_series;
drop policy select_own_court on core.case_participants;
drop policy select_own_court on core.document_texts;
drop policy select_own_court on core.documents;
drop policy select_own_court on core.organisation_links;
drop policy select_own_court on core.status_change_particulars;
drop policy select_own_court on core.status_changes;
drop function audit.changed_tips(uuid, uuid, uuid[], bigint[], bytea[]);
drop function audit.find_broken_seals(jsonb);
drop function audit.find_departures(uuid, uuid, uuid[], bigint[], bytea[]);
drop function audit.find_seal_departures(text[], bigint[], bytea[]);
drop function audit.find_unrecorded(uuid, uuid);
drop function audit.hold_journal(audit.journal);
drop function audit.journal_tips();
drop function audit.last_expired(audit.journal);
drop function audit.record_anchor(timestamptz, bigint, bytea, bytea, text[], bigint[]);
drop function audit.seal_journal(audit.journal, integer);
drop function audit.seal_journals(integer);
drop function audit.sealed_rows(audit.journal, bigint, bigint);
drop type audit.journal;
revoke execute on function audit.case_image(core.cases) from casefile_backup;
revoke execute on function audit.document_image(core.documents) from casefile_backup;
comment on column audit.entries.digest_form is null;

-- db/tables/audit.entries.sql
comment on column audit.entries.court_code is
'The court of the case at the time, whose officers read it. No part of the digest: it is no part of what was done, and audit.find_faults
compares it with the case.';

-- db/tables/audit.refusals.sql
comment on table audit.refusals is 'The security audit: each access that was denied, for the caller''s role or for the case. Kept for two years.';

-- db/tables/auth.sign_ins.sql
comment on table auth.sign_ins is
'Each session that was opened, and each that was refused: whose claims, and for whom. Never a token. The same refusal is one row a
minute. Kept for two years.';

-- db/functions/audit/append.sql
-- Append an entry to a case's trail
create or replace function audit.append(
  p_case_id uuid,
  p_entity text,
  p_entity_id text,
  p_action audit.action,
  p_before jsonb,
  p_after jsonb
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_previous bytea;
  v_entry audit.entries;
begin
  -- The lock on the chain comes first: the id and the time of an entry are taken behind it.
  select c.digest into v_previous
  from audit.chains as c
  where c.case_id = p_case_id
  for no key update;

  v_entry.id := nextval('audit.entries_id_seq');
  v_entry.case_id := p_case_id;
  v_entry.entity := p_entity;
  v_entry.entity_id := p_entity_id;
  v_entry.action := p_action;
  v_entry.actor := core.actor();
  v_entry.actor_role := core.actor_role();
  v_entry.occurred_at := clock_timestamp();
  v_entry.before := p_before;
  v_entry.after := p_after;
  v_entry.request_id := nullif(current_setting('casefile.request_id', true), '');
  v_entry.client_address := audit.client_address();
  v_entry.court_code := (select c.court_code from core.cases as c where c.id = p_case_id);
  v_entry.digest := audit.entry_digest(v_previous, v_entry);

  insert into audit.entries select v_entry.*;

  if v_previous is null then
    insert into audit.chains (case_id, length, digest) values (p_case_id, 1, v_entry.digest);
  else
    update audit.chains set length = length + 1, digest = v_entry.digest where case_id = p_case_id;
  end if;
end;
$$;

-- db/functions/audit/entry_digest.sql
-- The digest that chains an audit entry to the one before
create or replace function audit.entry_digest(p_previous bytea, p_entry audit.entries)
returns bytea
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return sha256(
    coalesce(p_previous, '') || convert_to(
      jsonb_build_array(
        p_entry.id, p_entry.case_id, p_entry.entity, p_entry.entity_id, p_entry.action::text, p_entry.actor,
        p_entry.actor_role, to_char(p_entry.occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
        p_entry.before, p_entry.after, p_entry.request_id, p_entry.client_address
      )::text,
      'UTF8'
    )
  );
end;
$$;

comment on function audit.entry_digest(bytea, audit.entries) is
'SHA-256 over the digest before and every column of the entry but its own digest and its court.';

-- db/functions/audit/find_broken_links.sql
-- Whether the audit trail of some cases is as it was written
create or replace function audit.find_broken_links(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
-- Few entries are the last of their case, but not so few that each chain should look for its own among all.
set enable_nestloop = off
as $$
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
  where e.digest <> e.expected
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
$$;

-- db/functions/audit/find_faults.sql
-- Whether cases and their audit trail say the same
create or replace function audit.find_faults(p_from uuid, p_to uuid)
returns table (case_id uuid, entry_id bigint, problem text)
language sql
stable
security invoker
set search_path = ''
as $$
  select b.case_id, b.entry_id, b.problem
  from audit.find_broken_links(p_from, p_to) as b
  union all
  select c.id, null, 'version ' || c.version || ', and audited changes: ' || count(e.id)
  from core.cases as c
  left join audit.entries as e
    on e.case_id = c.id and e.case_id between p_from and p_to and e.entity = 'case' and e.action <> 'CREATE'
  where c.id between p_from and p_to
  group by c.id, c.version
  having c.version <> count(e.id) + 1
  union all
  select e.case_id, e.id, 'of another court than its case: ' || e.court_code
  from audit.entries as e
  join core.cases as c on c.id = e.case_id
  where e.case_id between p_from and p_to and e.court_code <> c.court_code;
$$;

comment on function audit.find_faults(uuid, uuid) is
'For DBAs, of the cases from one id to another: audit.find_broken_links, versions that are not one more than the changes
audited, and entries of another court.';

-- db/functions/audit/tg_first_form_meanwhile.sql
create function audit.tg_first_form_meanwhile()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.digest_form := coalesce(new.digest_form, 1);
  return new;
end;
$$;
revoke all on function audit.tg_first_form_meanwhile() from public;

create trigger tg_entries__first_form_meanwhile before insert on audit.entries
for each row execute function audit.tg_first_form_meanwhile();
alter table audit.entries enable always trigger tg_entries__first_form_meanwhile;

-- db/functions/auth/sweep.sql
-- Remove what has expired
create or replace function auth.sweep(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_sessions integer;
  v_answers integer;
  v_refusals integer;
  v_sign_ins integer;
  v_rates integer;
begin
  -- Whoever has a row locked is about to remove it, or to take it over.
  delete from auth.sessions
  where ctid = any (array(
    select s.ctid from auth.sessions as s where s.expires_at <= now() order by s.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_sessions = row_count;

  delete from core.kept_answers
  where ctid = any (array(
    select k.ctid from core.kept_answers as k where k.expires_at <= now() order by k.expires_at limit p_limit for update skip locked
  ));
  get diagnostics v_answers = row_count;

  -- Rows of the audit are numbered as they come: the first of them are the oldest, and no index on the time is needed.
  delete from audit.refusals
  where id = any (array(
    select f.id
    from (select r.id, r.occurred_at from audit.refusals as r order by r.id limit p_limit) as f
    where f.occurred_at < now() - interval '2 years'
  ));
  get diagnostics v_refusals = row_count;

  delete from auth.sign_ins
  where id = any (array(
    select f.id
    from (select s.id, s.occurred_at from auth.sign_ins as s order by s.id limit p_limit) as f
    where f.occurred_at < now() - interval '2 years'
  ));
  get diagnostics v_sign_ins = row_count;

  delete from auth.log_in_rates
  where ctid = any (array(
    select r.ctid from auth.log_in_rates as r where r.paid_until <= now() order by r.paid_until limit p_limit for update skip locked
  ));
  get diagnostics v_rates = row_count;

  return greatest(v_sessions, v_answers, v_refusals, v_sign_ins, v_rates);
end;
$$;

comment on function auth.sweep(integer) is
'Removes expired sessions, answers and counts of log-ins, and refusals and sign-ins of two years ago, of each no more than the limit; how many of the one of which there were more.
As long as that is the limit, there is more to do. Definer: the server may not write the tables.';

-- db/functions/api/claim_key.sql
-- Claim the Idempotency-Key of a write
create or replace function api.claim_key(p_key text, p_request_sha256 bytea)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
-- Or a plan made while the table was empty would read all of it, until the next analyze.
set enable_seqscan = off
as $$
declare
  v_answer jsonb;
  v_settings text;
begin
  if core.take_key(p_key, p_request_sha256) then
    return null;
  end if;

  -- The policy knows whether the caller still reaches the case.
  select k.answer into v_answer
  from core.kept_answers as k
  where k.user_role = core.caller_role() and k.user_id = core.actor() and k.key = p_key;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  -- For the server, which tells its client.
  v_settings := set_config('casefile.is_replay', 'on', true);
  return v_answer;
end;
$$;

-- db/policies/core.case_number_series.sql
create policy select_own_court on core.case_number_series for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.case_number_series is
'An officer, of its own court. Nobody else: core.count_cases takes a tally that it sees for the number of cases within reach.';

-- db/policies/core.case_participants.sql
create policy select_own_court on core.case_participants for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.case_participants is 'An officer, of the cases of its own court.';

-- db/policies/core.case_number_gaps.sql
create policy select_own_court on core.case_number_gaps for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.case_number_gaps is
'An officer, of its own court: core.tg_case_number_series__in_use looks as whoever creates a case.';

-- db/policies/audit.entries.sql
create policy select_own_court on audit.entries for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on audit.entries is
'An officer, what was done in its own court, to deleted cases too.';

-- db/policies/core.assignment_particulars.sql
create policy select_own_court on core.assignment_particulars for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.assignment_particulars is 'An officer, of the cases of its own court.';

-- db/policies/core.assignments.sql
create policy select_own_court on core.assignments for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.assignments is
'An officer, of the cases of its own court.';

-- db/policies/core.case_details.sql
create policy select_own_court on core.case_details for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.case_details is
'An officer, of the cases of its own court.';

-- db/policies/core.document_texts.sql
create policy select_own_court on core.document_texts for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.document_texts is 'An officer, of the cases of its own court.';

-- db/policies/core.documents.sql
-- Deleted ones too, for the same reason as in core.cases.
create policy select_own_court on core.documents for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.documents is 'An officer reaches the documents of the cases of its own court.';

-- db/policies/core.organisation_links.sql
create policy select_own_court on core.organisation_links for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.organisation_links is
'An officer, of the cases of its own court.';

-- db/policies/core.status_change_particulars.sql
create policy select_own_court on core.status_change_particulars for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));
comment on policy select_own_court on core.status_change_particulars is 'An officer, of the cases of its own court.';

-- db/policies/core.status_changes.sql
create policy select_own_court on core.status_changes for select
to hmcts_case_officer
using (court_code = (select core.claim('court_code')));

comment on policy select_own_court on core.status_changes is
'An officer, of the cases of its own court.';
