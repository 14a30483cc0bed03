-- migrate:up

-- Functions call each other across files.
set local check_function_bodies = off;

-- Who is at work
create or replace function core.actor()
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if core.caller_role() is null then
    return session_user;
  end if;

  return coalesce(nullif(current_setting('casefile.user_id', true), ''), session_user);
end;
$$;

comment on function core.actor() is
'The caller''s user id; the database login for work done past the server.';

revoke all on function core.actor() from public;
grant execute on function core.actor() to casefile_caller;

-- How soon a case wants attention
create or replace function core.attention(p_next_hearing timestamptz)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return case
    when p_next_hearing < now() then 'overdue'
    when p_next_hearing <= now() + interval '7 days' then 'approaching'
    else 'normal'
  end;
end;
$$;

comment on function core.attention(timestamptz) is
'overdue when the next hearing is past, approaching within 7 days, else normal.';

revoke all on function core.attention(timestamptz) from public;
grant execute on function core.attention(timestamptz) to casefile_caller;

-- Who is calling, as an answer shows it
create or replace function core.caller()
returns api.caller
language sql
stable
security invoker
set search_path = ''
as $$
  select row(
    core.actor(),
    core.actor(),
    core.caller_role()::text,
    (select c.name from core.courts as c where c.code = current_setting('casefile.court_code', true)),
    nullif(current_setting('casefile.organisation_id', true), '')
  )::api.caller;
$$;

comment on function core.caller() is 'The caller that auth.become has set.';

revoke all on function core.caller() from public;
grant execute on function core.caller() to casefile_caller;

-- Which of the six roles is at work
create or replace function core.caller_role()
returns core.user_role
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_role text := upper(current_setting('role'));
begin
  if v_role = any (enum_range(null::core.user_role)::text[]) then
    return v_role;
  end if;

  return null;
end;
$$;

comment on function core.caller_role() is
'The caller''s role; null for work done past the server. Reads the setting and not current_user, which is the owner inside a definer function.';

revoke all on function core.caller_role() from public;
grant execute on function core.caller_role() to casefile_caller;

-- Which cases a list is about
create or replace function core.case_filter(
  p_status text,
  p_case_type text,
  p_date_from date,
  p_date_to date,
  p_case_number text
)
returns core.case_filter
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if char_length(p_case_number) > 50 then
    perform core.refuse_field('caseNumber', 'caseNumber is too long');
  end if;

  -- Days are those of Europe/London, and the last one counts.
  return row(
    core.known_word('status', p_status, enum_range(null::core.case_status)::text[]),
    core.known_word('caseType', p_case_type, enum_range(null::core.case_type)::text[]),
    p_date_from::timestamp at time zone 'Europe/London',
    (p_date_to + 1)::timestamp at time zone 'Europe/London',
    upper(core.trimmed(p_case_number))
  )::core.case_filter;
end;
$$;

comment on function core.case_filter(text, text, date, date, text) is
'The filter of a list, checked. A case number may be the beginning of one.
Errors: JCVAL an unknown word, a case number beyond its limit.';

revoke all on function core.case_filter(text, text, date, date, text) from public;
grant execute on function core.case_filter(text, text, date, date, text) to casefile_caller;

-- One case, as its caller may see it
create or replace function core.case_record(p_case_id uuid)
returns api.case_record
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_record api.case_record;
begin
  select * into v_record from core.case_records(array[p_case_id]);
  return v_record;
end;
$$;

comment on function core.case_record(uuid) is 'core.case_records of one case.';

revoke all on function core.case_record(uuid) from public;
grant execute on function core.case_record(uuid) to casefile_caller;

-- Cases, as their caller may see them
create or replace function core.case_records(p_case_ids uuid[])
returns setof api.case_record
language plpgsql
stable
security invoker
set search_path = ''
-- Or it would be planned anew for each call: a plan for one case looks so much cheaper than one for any number.
set plan_cache_mode = force_generic_plan
as $$
declare
  -- The grants are the only list of who may do what.
  v_can_edit boolean := has_function_privilege('api.update_case'::regproc, 'execute');
  v_can_move boolean := has_function_privilege('api.change_case_status'::regproc, 'execute');
  v_can_delete boolean := has_function_privilege('api.delete_case'::regproc, 'execute');
  v_can_audit boolean := has_function_privilege('api.list_case_audit'::regproc, 'execute');
begin
  -- Each side table is read once for all the cases. Where its policy shows the caller nothing
  -- (to an adopter: no details, no particulars, no organisations) the fields are simply null.
  return query
  with people as (
    select
      a.case_id,
      array_agg(a.user_id order by a.created_at, a.id) filter (where a.assignment_type = 'APPLICANT') as applicant_ids,
      (array_agg(a.user_id order by a.created_at desc, a.id desc) filter (where a.assignment_type = 'JUDICIAL'))[1]
        as assigned_judge
    from core.assignments as a
    where a.case_id = any (p_case_ids) and a.revoked_at is null
    group by a.case_id
  ),
  organisations as (
    select l.case_id, array_agg(l.organisation_id order by l.linked_at, l.id) as organisation_ids
    from core.organisation_links as l
    where l.case_id = any (p_case_ids) and l.unlinked_at is null
    group by l.case_id
  ),
  transitions as materialized (
    select v.from_status, v.to_statuses from core.valid_transitions() as v where v_can_move
  )
  select
    c.id,
    c.case_number,
    c.case_type::text,
    c.status::text,
    t.name,
    c.court_code,
    d.created_by,
    c.created_at,
    c.updated_at,
    c.version,
    coalesce(p.applicant_ids, '{}'),
    p.assigned_judge,
    o.organisation_ids,
    r.reason,
    d.notes,
    d.internal_notes,
    d.staff_comments,
    d.linked_family_court_case_reference,
    row(c.created_at, c.next_hearing)::api.key_dates,
    core.attention(c.next_hearing),
    row(
      v_can_edit, v.to_statuses is not null, v_can_delete, v_can_audit, coalesce(v.to_statuses, '{}')
    )::api.case_permissions,
    d.case_id is null
  from unnest(p_case_ids) with ordinality as i (case_id, place)
  -- Case by case: joined, the planner would read all that the caller reaches.
  cross join lateral (select * from core.cases as k where k.id = i.case_id offset 0) as c
  join core.courts as t on t.code = c.court_code
  left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
  left join core.status_change_particulars as r on r.status_change_id = c.status_change_id
  left join people as p on p.case_id = c.id
  left join organisations as o on o.case_id = c.id
  left join transitions as v on v.from_status = c.status
  order by i.place;
end;
$$;

comment on function core.case_records(uuid[]) is
'The cases in the order of their ids, redacted by the policies of the side tables. Cases out of reach are left out.';

revoke all on function core.case_records(uuid[]) from public;
grant execute on function core.case_records(uuid[]) to casefile_caller;

-- How many cases a list has
create or replace function core.count_cases(p_filter core.case_filter)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select count(*)
    from core.cases as c
    where c.deleted_at is null
      and (p_filter.status is null or c.status = p_filter.status)
      and (p_filter.case_type is null or c.case_type = p_filter.case_type)
      and (p_filter.since is null or coalesce(c.next_hearing, c.created_at) >= p_filter.since)
      and (p_filter.before is null or coalesce(c.next_hearing, c.created_at) < p_filter.before)
      and (p_filter.case_number is null or starts_with(c.case_number, p_filter.case_number))
  );
end;
$$;

comment on function core.count_cases(core.case_filter) is 'How many cases within reach the filter finds.';

revoke all on function core.count_cases(core.case_filter) from public;
grant execute on function core.count_cases(core.case_filter) to casefile_caller;

-- A case within the caller's reach
create or replace function core.find_case(p_case_id uuid)
returns core.cases
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_case core.cases;
begin
  select * into v_case
  from core.cases as c
  where c.id = p_case_id and c.deleted_at is null;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  return v_case;
end;
$$;

comment on function core.find_case(uuid) is
'The case, if the caller reaches it and it is not deleted.
Errors: JCMIS no case within reach.';

revoke all on function core.find_case(uuid) from public;
grant execute on function core.find_case(uuid) to casefile_caller;

-- One word of a closed set
create or replace function core.known_word(p_field text, p_value text, p_words text[])
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if not p_value = any (p_words) then
    perform core.refuse_field(p_field, 'Invalid ' || p_field);
  end if;

  return p_value;
end;
$$;

comment on function core.known_word(text, text, text[]) is
'The word, if it is one of those allowed; null stays null.
Errors: JCVAL another word.';

revoke all on function core.known_word(text, text, text[]) from public;
grant execute on function core.known_word(text, text, text[]) to casefile_caller;

-- A case within the caller's reach, locked for a change
create or replace function core.lock_case(p_case_id uuid, p_expected_version integer)
returns core.cases
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases;
begin
  -- Not FOR UPDATE: that and the foreign key checks of side rows would deadlock.
  select * into v_case
  from core.cases as c
  where c.id = p_case_id and c.deleted_at is null
  for no key update;

  if not found then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  if v_case.version <> p_expected_version then
    raise exception using
      errcode = 'JCVER',
      message = 'The case has been changed by somebody else',
      detail = jsonb_build_object('currentVersion', v_case.version)::text;
  end if;

  return v_case;
end;
$$;

comment on function core.lock_case(uuid, integer) is
'The case as it is now, locked until the end of the transaction. A null version states none.
Errors: JCMIS no case within reach; JCVER stale version.';

revoke all on function core.lock_case(uuid, integer) from public;
grant execute on function core.lock_case(uuid, integer) to hmcts_case_officer, judge_legal_adviser;

-- The identifier of a new row
create or replace function core.new_id()
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return (
    lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
    || '7' || substr(md5(random()::text), 1, 3)
    || to_hex(8 + floor(random() * 4)::integer)
    || substr(md5(random()::text || clock_timestamp()::text || pg_backend_pid()::text), 1, 15)
  )::uuid;
end;
$$;

comment on function core.new_id() is
'A UUID of version 7: new rows land together at the end of their index. Not a secret. (gen_random_uuid is not in PostgreSQL 12.)';

revoke all on function core.new_id() from public;
grant execute on function core.new_id() to casefile_caller;

-- A page of cases, newest first
create or replace function core.newest_cases(
  p_filter core.case_filter,
  p_after core.case_cursor,
  p_offset bigint,
  p_limit integer
)
returns core.case_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  -- Bounds that always hold where there is no cursor, so that with one and without the index
  -- cases_court_code_created_at_id_idx is read from the right place.
  v_created_at timestamptz := coalesce(p_after.sort_key::timestamp at time zone 'UTC', 'infinity');
  v_id uuid := coalesce(p_after.case_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  return array(
    select row(to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), p.id)::core.case_cursor
    from (
      select c.created_at, c.id
      from core.cases as c
      where c.deleted_at is null
        and (c.created_at, c.id) < (v_created_at, v_id)
        and (p_filter.status is null or c.status = p_filter.status)
        and (p_filter.case_type is null or c.case_type = p_filter.case_type)
        and (p_filter.since is null or coalesce(c.next_hearing, c.created_at) >= p_filter.since)
        and (p_filter.before is null or coalesce(c.next_hearing, c.created_at) < p_filter.before)
        and (p_filter.case_number is null or starts_with(c.case_number, p_filter.case_number))
      order by c.created_at desc, c.id desc
      limit p_limit
      offset p_offset
    ) as p
    order by p.created_at desc, p.id desc
  );
end;
$$;

comment on function core.newest_cases(core.case_filter, core.case_cursor, bigint, integer) is
'The cases within reach, newest first, each with the cursor of the page after it.';

revoke all on function core.newest_cases(core.case_filter, core.case_cursor, bigint, integer) from public;
grant execute on function core.newest_cases(core.case_filter, core.case_cursor, bigint, integer) to casefile_caller;

-- A link of an organisation, as an answer shows it
create or replace function core.organisation_link(p_link core.organisation_links)
returns api.organisation_link
language sql
immutable
security invoker
set search_path = ''
as $$
  select row(
    p_link.case_id, p_link.organisation_id, p_link.organisation_type::text, p_link.linked_at, p_link.linked_by
  )::api.organisation_link;
$$;

comment on function core.organisation_link(core.organisation_links) is 'The link in the words of the API.';

revoke all on function core.organisation_link(core.organisation_links) from public;
grant execute on function core.organisation_link(core.organisation_links) to casefile_caller;

-- How long a page of a list is
create or replace function core.page_size(p_page integer, p_page_size integer, p_default integer)
returns integer
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  if p_page < 1 then
    perform core.refuse_field('page', 'page counts from 1');
  end if;

  if p_page_size not between 1 and 100 then
    perform core.refuse_field('pageSize', 'pageSize is a number from 1 to 100');
  end if;

  return coalesce(p_page_size, p_default);
end;
$$;

comment on function core.page_size(integer, integer, integer) is
'The length of a page, when it and the page''s number are such as can be asked for.
Errors: JCVAL neither.';

revoke all on function core.page_size(integer, integer, integer) from public;
grant execute on function core.page_size(integer, integer, integer) to casefile_caller;

-- Where a page stands in its list
create or replace function core.pagination(p_total bigint, p_page integer, p_page_size integer, p_next_cursor text)
returns api.pagination
language sql
immutable
security invoker
set search_path = ''
as $$
  select row(
    p_total, coalesce(p_page, 1), p_page_size, (p_total + p_page_size - 1) / p_page_size, p_next_cursor
  )::api.pagination;
$$;

comment on function core.pagination(bigint, integer, integer, text) is
'The pagination of an answer; the cursor is null on the last page, and where a list has none.';

revoke all on function core.pagination(bigint, integer, integer, text) from public;
grant execute on function core.pagination(bigint, integer, integer, text) to casefile_caller;

-- Whether a case may move to another status
create or replace function core.permit_transition(p_from core.case_status, p_to text, p_reason text)
returns core.case_status
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_transition core.status_transitions;
begin
  if not exists (select from core.status_transitions as t where t.from_status = p_from) then
    raise exception using
      errcode = 'JCTRM',
      message = 'A case with the outcome ' || p_from || ' keeps its status',
      detail = jsonb_build_object('currentStatus', p_from)::text;
  end if;

  select * into v_transition
  from core.status_transitions as t
  where t.from_status = p_from and t.to_status::text = p_to;

  if not found then
    raise exception using
      errcode = 'JCSTA',
      message = 'A case cannot move from ' || p_from || ' to ' || coalesce(nullif(left(p_to, 50), ''), 'no status'),
      detail = jsonb_build_object(
        'validTransitions',
        coalesce((select v.to_statuses from core.valid_transitions() as v where v.from_status = p_from), '{}')
      )::text;
  end if;

  -- Work done past the server has no role to check.
  if core.caller_role() <> all (v_transition.roles) then
    raise exception using
      errcode = 'JCROL',
      message = 'Permission denied',
      detail = jsonb_build_object('requiredRoles', v_transition.roles, 'userRole', core.caller_role())::text;
  end if;

  if v_transition.reason_required and core.trimmed(p_reason) is null then
    raise exception using
      errcode = 'JCREA',
      message = 'A reason is required to move a case to ' || p_to,
      detail = jsonb_build_object('field', 'reason')::text;
  end if;

  return v_transition.to_status;
end;
$$;

comment on function core.permit_transition(core.case_status, text, text) is
'The status to move to, if core.status_transitions allows this caller to.
Errors: JCTRM terminal status; JCSTA not allowed from here; JCROL not for this role; JCREA reason required.';

revoke all on function core.permit_transition(core.case_status, text, text) from public;
grant execute on function core.permit_transition(core.case_status, text, text)
  to hmcts_case_officer, judge_legal_adviser;

-- The cases that a caller reaches by name
create or replace function core.reached_case_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
-- Or it would be planned anew for each call: the role looks as if it made a difference.
set plan_cache_mode = force_generic_plan
as $$
declare
  v_role core.user_role := core.caller_role();
begin
  return query
  select a.case_id
  from core.assignments as a
  where a.user_id = current_setting('casefile.user_id', true)
    and a.revoked_at is null
    and a.assignment_type = case v_role
      when 'JUDGE_LEGAL_ADVISER' then 'JUDICIAL'
      when 'CAFCASS_OFFICER' then 'CAFCASS'
      when 'LA_SOCIAL_WORKER' then 'SOCIAL_WORKER'
      when 'ADOPTER' then 'APPLICANT'
    end::core.assignment_type
    and not exists (select from core.cases as c where c.id = a.case_id and c.deleted_at is not null)
  union all
  select l.case_id
  from core.organisation_links as l
  where l.organisation_id = current_setting('casefile.organisation_id', true)
    and l.unlinked_at is null
    and l.organisation_type = case v_role
      when 'LA_SOCIAL_WORKER' then 'LOCAL_AUTHORITY'
      when 'VAA_WORKER' then 'VOLUNTARY_AGENCY'
    end::core.organisation_type
    and not exists (select from core.cases as c where c.id = l.case_id and c.deleted_at is not null);
end;
$$;

comment on function core.reached_case_ids() is
'The cases, but deleted ones, to which the caller is assigned in the way of its role, or its organisation is linked. For
policies, as = any (array(select ...)): evaluated once for a table. None for an officer, who reaches a whole court.
Definer: policies that read each other''s tables recurse.';

revoke all on function core.reached_case_ids() from public;
grant execute on function core.reached_case_ids() to casefile_caller;

-- Where a next page begins
create or replace function core.read_cursor(p_cursor text, p_sort_by text, p_sort_order text)
returns core.case_cursor
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_place jsonb;
  v_cursor core.case_cursor;
begin
  if p_cursor is null then
    return null;
  end if;

  -- Ours are far shorter; depth of JSON is no matter below this.
  if length(p_cursor) > 500 then
    perform core.refuse_field('cursor', 'cursor is too long');
  end if;

  begin
    v_place := convert_from(
      decode(translate(p_cursor, '-_', '+/') || repeat('=', (4 - length(p_cursor) % 4) % 4), 'base64'), 'UTF8'
    );
    v_cursor := row(v_place ->> 2, v_place ->> 3)::core.case_cursor;

    -- Every key ends with a time of creation, or is one: a cursor that somebody made up fails here.
    perform case p_sort_by when 'createdAt' then v_cursor.sort_key else right(v_cursor.sort_key, 26) end::timestamp;
  exception
    when data_exception then
      v_cursor := null;
  end;

  if v_cursor.case_id is null
    or v_cursor.sort_key is null
    or (v_place ->> 0, v_place ->> 1) is distinct from (p_sort_by, p_sort_order)
  then
    perform core.refuse_field('cursor', 'cursor is not one that this list gave in this order');
  end if;

  return v_cursor;
end;
$$;

comment on function core.read_cursor(text, text, text) is
'The place that core.write_cursor wrote; null for none.
Errors: JCVAL not a cursor of this order.';

revoke all on function core.read_cursor(text, text, text) from public;
grant execute on function core.read_cursor(text, text, text) to casefile_caller;

-- Refuse a field of the request
create or replace function core.refuse_field(p_field text, p_message text)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'JCVAL',
    message = p_message,
    detail = jsonb_build_object('field', p_field)::text;
end;
$$;

comment on function core.refuse_field(text, text) is
'Raises JCVAL, naming the field as the API names it.';

revoke all on function core.refuse_field(text, text) from public;
grant execute on function core.refuse_field(text, text) to casefile_caller;

-- A text that must be there
create or replace function core.required_text(p_field text, p_value text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_value text := core.trimmed(p_value);
begin
  if v_value is null then
    perform core.refuse_field(p_field, p_field || ' is required');
  end if;

  return v_value;
end;
$$;

comment on function core.required_text(text, text) is
'The text, trimmed.
Errors: JCVAL nothing there.';

revoke all on function core.required_text(text, text) from public;
grant execute on function core.required_text(text, text) to casefile_caller;

-- A page of cases in another order than newest first
create or replace function core.sorted_cases(
  p_filter core.case_filter,
  p_after core.case_cursor,
  p_sort_by text,
  p_sort_order text,
  p_offset bigint,
  p_limit integer
)
returns core.case_cursor[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_descending boolean := p_sort_order = 'desc';
begin
  -- Every key ends with the time of creation. The case number's year and sequence have to sort as numbers,
  -- whatever their length; the sooner the next hearing, the more attention.
  return array(
    select row(s.sort_key, s.id)::core.case_cursor
    from (
      select
        c.id,
        case p_sort_by
          when 'caseNumber' then c.court_code || to_char(c.number_year, ' 0000') || to_char(c.number_sequence, ' 0000000000 ')
          when 'status' then to_char(array_position(enum_range(null::core.case_status), c.status), '00 ')
          when 'attention' then to_char(1e12 - coalesce(extract(epoch from c.next_hearing), 1e12), '000000000000.000000 ')
          else ''
        end || to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') collate "C" as sort_key
      from core.cases as c
      where c.deleted_at is null
        and (p_filter.status is null or c.status = p_filter.status)
        and (p_filter.case_type is null or c.case_type = p_filter.case_type)
        and (p_filter.since is null or coalesce(c.next_hearing, c.created_at) >= p_filter.since)
        and (p_filter.before is null or coalesce(c.next_hearing, c.created_at) < p_filter.before)
        and (p_filter.case_number is null or starts_with(c.case_number, p_filter.case_number))
    ) as s
    where p_after.case_id is null
      or (v_descending and (s.sort_key, s.id) < (p_after.sort_key, p_after.case_id))
      or (not v_descending and (s.sort_key, s.id) > (p_after.sort_key, p_after.case_id))
    order by
      case when v_descending then s.sort_key end desc,
      case when v_descending then s.id end desc,
      s.sort_key,
      s.id
    limit p_limit
    offset p_offset
  );
end;
$$;

comment on function core.sorted_cases(core.case_filter, core.case_cursor, text, text, bigint, integer) is
'The cases within reach by number, status (in the order of a case''s life), attention (the soonest hearing has the most) or
creation, each with the cursor of the page after it. Reads and sorts all of them: core.newest_cases is for the order that lists open with.';

revoke all on function core.sorted_cases(core.case_filter, core.case_cursor, text, text, bigint, integer) from public;
grant execute on function core.sorted_cases(core.case_filter, core.case_cursor, text, text, bigint, integer)
  to casefile_caller;

-- How a case came to its status
create or replace function core.status_history(p_case_id uuid)
returns api.status_history_entry[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select coalesce(
      array_agg(
        row(s.from_status::text, s.to_status::text, s.changed_at, p.changed_by)::api.status_history_entry order by s.id
      ),
      '{}'
    )
    from core.status_changes as s
    left join core.status_change_particulars as p on p.status_change_id = s.id
    where s.case_id = p_case_id
  );
end;
$$;

comment on function core.status_history(uuid) is
'The changes of status, oldest first; without names where core.status_change_particulars shows the caller nothing.';

revoke all on function core.status_history(uuid) from public;
grant execute on function core.status_history(uuid) to casefile_caller;

-- What must hold for an assignment, whoever writes it
create or replace function core.tg_assignments__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Nothing is tied to a case while somebody deletes it, nor in another order than the audit has it.
  perform core.lock_case(new.case_id, null);

  if tg_op = 'INSERT' then
    new.id := coalesce(new.id, core.new_id());
    new.created_at := now();
    new.revoked_at := null;
    return new;
  end if;

  if old.revoked_at is not null
    or new.revoked_at is null
    or (new.id, new.case_id, new.user_id, new.assignment_type, new.created_at)
      is distinct from (old.id, old.case_id, old.user_id, old.assignment_type, old.created_at)
  then
    raise exception using errcode = 'JCFIX', message = 'An assignment can be revoked once, and not changed';
  end if;

  new.revoked_at := greatest(clock_timestamp(), old.created_at);
  return new;
end;
$$;

comment on function core.tg_assignments__guard() is
'Stamps the times; allows no change of an assignment but revoking it.
Errors: JCMIS no case within reach; JCFIX another change.';

revoke all on function core.tg_assignments__guard() from public;

drop trigger if exists tg_assignments__guard on core.assignments;
create trigger tg_assignments__guard
before insert or update on core.assignments
for each row execute function core.tg_assignments__guard();
alter table core.assignments enable always trigger tg_assignments__guard;

-- Who assigned, and who revoked
create or replace function core.tg_assignments__particulars()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into core.assignment_particulars (assignment_id, assigned_by)
    values (new.id, core.actor());
  else
    update core.assignment_particulars
    set revoked_by = core.actor()
    where assignment_id = new.id;
  end if;

  return null;
end;
$$;

comment on function core.tg_assignments__particulars() is
'Keeps the names of those who assigned and revoked where adopters do not see them. Definer: callers may not write them.';

revoke all on function core.tg_assignments__particulars() from public;

drop trigger if exists tg_assignments__particulars on core.assignments;
create trigger tg_assignments__particulars
after insert or update on core.assignments
for each row execute function core.tg_assignments__particulars();
alter table core.assignments enable always trigger tg_assignments__particulars;

-- No details that their case does not use
create or replace function core.tg_case_details__in_use()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not exists (
    select from core.cases as c
    where c.id = new.case_id and c.details_version >= new.version
  ) then
    raise exception using
      errcode = 'JCFIX',
      message = 'New details come with an update of their case';
  end if;

  return null;
end;
$$;

comment on function core.tg_case_details__in_use() is
'At the end of the transaction the case must use its new details, so that they are versioned and audited with it.
Errors: JCFIX they are not used, or the case is not within reach.';

revoke all on function core.tg_case_details__in_use() from public;

drop trigger if exists tg_case_details__in_use on core.case_details;
create constraint trigger tg_case_details__in_use
after insert on core.case_details
deferrable initially deferred
for each row execute function core.tg_case_details__in_use();
alter table core.case_details enable always trigger tg_case_details__in_use;

-- Which version new details belong to, and who created their case
create or replace function core.tg_case_details__stamp()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_case core.cases;
begin
  -- Locked before its details, as api.update_case does.
  select * into v_case
  from core.cases as c
  where c.id = new.case_id
  for no key update;

  new.version := coalesce(v_case.version + 1, 1);
  new.created_by := coalesce(
    (select d.created_by from core.case_details as d where d.case_id = v_case.id and d.version = v_case.details_version),
    core.actor()
  );
  return new;
end;
$$;

comment on function core.tg_case_details__stamp() is
'New details take effect with the next version of their case, and remember its creator.';

revoke all on function core.tg_case_details__stamp() from public;

drop trigger if exists tg_case_details__stamp on core.case_details;
create trigger tg_case_details__stamp
before insert on core.case_details
for each row execute function core.tg_case_details__stamp();
alter table core.case_details enable always trigger tg_case_details__stamp;

-- No number without its case
create or replace function core.tg_case_number_series__in_use()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not exists (
    select from core.cases as c
    where c.court_code = new.court_code and c.number_year = new.year and c.number_sequence = new.last_number
  ) then
    raise exception using errcode = 'JCFIX', message = 'A case number was taken for no case';
  end if;

  return null;
end;
$$;

comment on function core.tg_case_number_series__in_use() is
'At the end of the transaction the number is that of a case: an insert that came to nothing (on conflict do nothing) would
leave a gap.
Errors: JCFIX it is not.';

revoke all on function core.tg_case_number_series__in_use() from public;

drop trigger if exists tg_case_number_series__in_use on core.case_number_series;
create constraint trigger tg_case_number_series__in_use
after insert or update on core.case_number_series
deferrable initially deferred
for each row execute function core.tg_case_number_series__in_use();
alter table core.case_number_series enable always trigger tg_case_number_series__in_use;

-- What must hold for a case, whoever writes it
create or replace function core.tg_cases__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'APPLICATION' or new.status_reason is not null then
      raise exception using errcode = 'JCFIX', message = 'A case begins as an application, without a reason';
    end if;

    new.id := coalesce(new.id, core.new_id());
    new.next_hearing := date_trunc('milliseconds', new.next_hearing);
    new.version := 1;
    new.details_version := 1;
    new.status_change_id := null;
    new.created_at := now();
    new.updated_at := new.created_at;
    new.deleted_at := null;
    return new;
  end if;

  if old.deleted_at is not null then
    raise exception using errcode = 'JCFIX', message = 'A deleted case cannot be changed';
  end if;

  -- Whoever waited for the row may have lost the case meanwhile: this asks the policies anew.
  if not exists (select from core.cases as c where c.id = old.id) then
    raise exception using errcode = 'JCMIS', message = 'Case not found';
  end if;

  new.next_hearing := date_trunc('milliseconds', new.next_hearing);

  if (new.id, new.court_code, new.number_year, new.number_sequence, new.case_type, new.created_at, new.status_change_id)
    is distinct from
    (old.id, old.court_code, old.number_year, old.number_sequence, old.case_type, old.created_at, old.status_change_id)
  then
    raise exception using errcode = 'JCFIX', message = 'What a case was created with cannot be changed';
  end if;

  if new.status <> old.status then
    perform core.permit_transition(old.status, new.status::text, new.status_reason);
  elsif new.status_reason is not null then
    raise exception using errcode = 'JCFIX', message = 'A reason belongs to a change of status';
  end if;

  -- A change that changes nothing moves nothing and writes nothing.
  if (new.status, new.next_hearing, new.details_version, new.deleted_at)
    is not distinct from (old.status, old.next_hearing, old.details_version, old.deleted_at)
  then
    return null;
  end if;

  new.version := old.version + 1;
  new.updated_at := greatest(clock_timestamp(), old.updated_at);

  if new.details_version not in (old.details_version, new.version)
    or new.details_version <> new.version and exists (
      select from core.case_details as d where d.case_id = new.id and d.version = new.version
    )
  then
    raise exception using errcode = 'JCFIX', message = 'New details carry the version of their change, and are used by it';
  end if;

  if new.deleted_at is not null then
    new.deleted_at := new.updated_at;
  end if;

  return new;
end;
$$;

comment on function core.tg_cases__guard() is
'Checks the transition, its role and its reason; moves the version by one; stamps the times; refuses undelete.
Errors: those of core.permit_transition; JCMIS out of reach by now; JCFIX a change that no caller may make.';

revoke all on function core.tg_cases__guard() from public;

drop trigger if exists tg_cases__guard on core.cases;
create trigger tg_cases__guard
before insert or update on core.cases
for each row execute function core.tg_cases__guard();
alter table core.cases enable always trigger tg_cases__guard;

-- The history of a case's status
create or replace function core.tg_cases__history()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into core.status_changes (case_id, from_status, to_status, changed_at)
  values (new.id, old.status, new.status, new.updated_at)
  returning id into new.status_change_id;

  insert into core.status_change_particulars (status_change_id, changed_by, reason)
  values (new.status_change_id, core.actor(), core.trimmed(new.status_reason));

  new.status_reason := null;
  return new;
end;
$$;

comment on function core.tg_cases__history() is
'Writes the change of status, and moves its reason to where adopters do not see it. Definer: callers may not write history.';

revoke all on function core.tg_cases__history() from public;

drop trigger if exists tg_cases__history on core.cases;
-- After tg_cases__guard: triggers fire in the order of their names.
create trigger tg_cases__history
before update on core.cases
for each row when (new.status <> old.status)
execute function core.tg_cases__history();
alter table core.cases enable always trigger tg_cases__history;

-- The number of a new case
create or replace function core.tg_cases__number()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.number_year := extract(year from now() at time zone 'Europe/London');

  insert into core.case_number_series as s (court_code, year, last_number)
  values (new.court_code, new.number_year, 1)
  on conflict (court_code, year) do update set last_number = s.last_number + 1
  returning s.last_number into new.number_sequence;

  return new;
end;
$$;

comment on function core.tg_cases__number() is
'Takes the next number of the court and year, and holds its row until the creation commits: no gap, no repeat.
Definer, and a trigger: callers may neither read nor move a series.';

revoke all on function core.tg_cases__number() from public;

drop trigger if exists tg_cases__number on core.cases;
-- The last of the triggers before an insert, so that the series is locked as late as possible.
create trigger tg_cases__number
before insert on core.cases
for each row execute function core.tg_cases__number();
alter table core.cases enable always trigger tg_cases__number;

-- What must hold for an organisation link, whoever writes it
create or replace function core.tg_organisation_links__guard()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Nothing is tied to a case while somebody deletes it, nor in another order than the audit has it.
  perform core.lock_case(new.case_id, null);

  if tg_op = 'INSERT' then
    new.id := coalesce(new.id, core.new_id());
    new.linked_at := now();
    new.linked_by := core.actor();
    new.unlinked_at := null;
    new.unlinked_by := null;
    return new;
  end if;

  if old.unlinked_at is not null
    or new.unlinked_at is null
    or (new.id, new.case_id, new.organisation_id, new.organisation_type, new.linked_at, new.linked_by)
      is distinct from (old.id, old.case_id, old.organisation_id, old.organisation_type, old.linked_at, old.linked_by)
  then
    raise exception using errcode = 'JCFIX', message = 'An organisation can be unlinked once, and its link not changed';
  end if;

  new.unlinked_at := greatest(clock_timestamp(), old.linked_at);
  new.unlinked_by := core.actor();
  return new;
end;
$$;

comment on function core.tg_organisation_links__guard() is
'Stamps who and when; allows no change of a link but unlinking.
Errors: JCMIS no case within reach; JCFIX another change.';

revoke all on function core.tg_organisation_links__guard() from public;

drop trigger if exists tg_organisation_links__guard on core.organisation_links;
create trigger tg_organisation_links__guard
before insert or update on core.organisation_links
for each row execute function core.tg_organisation_links__guard();
alter table core.organisation_links enable always trigger tg_organisation_links__guard;

-- A text without the white space around it
create or replace function core.trimmed(p_value text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return nullif(btrim(p_value, E' \t\n\r\f\u000B\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u200B\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF'), '');
end;
$$;

comment on function core.trimmed(text) is 'The text without the white space around it; null when nothing is left.';

revoke all on function core.trimmed(text) from public;
grant execute on function core.trimmed(text) to casefile_caller;

-- What a caller may do next with a case in each status
create or replace function core.valid_transitions()
returns table (from_status core.case_status, to_statuses text[])
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_role core.user_role := core.caller_role();
begin
  return query
  select t.from_status, array_agg(t.to_status::text order by t.to_status)
  from core.status_transitions as t
  where v_role = any (t.roles)
  group by t.from_status;
end;
$$;

comment on function core.valid_transitions() is
'The statuses to which this caller may move a case, for each status that has any.';

revoke all on function core.valid_transitions() from public;
grant execute on function core.valid_transitions() to casefile_caller;

-- The cursor of a next page
create or replace function core.write_cursor(p_cursor core.case_cursor, p_sort_by text, p_sort_order text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select translate(
    encode(
      convert_to(jsonb_build_array(p_sort_by, p_sort_order, p_cursor.sort_key, p_cursor.case_id)::text, 'UTF8'), 'base64'
    ),
    E'+/=\n', '-_'
  );
$$;

comment on function core.write_cursor(core.case_cursor, text, text) is
'An opaque text that stands in a URL as it is; it holds the place in one order of a list.';

revoke all on function core.write_cursor(core.case_cursor, text, text) from public;
grant execute on function core.write_cursor(core.case_cursor, text, text) to casefile_caller;

-- migrate:down

drop trigger tg_assignments__guard on core.assignments;
drop trigger tg_assignments__particulars on core.assignments;
drop trigger tg_case_details__in_use on core.case_details;
drop trigger tg_case_details__stamp on core.case_details;
drop trigger tg_case_number_series__in_use on core.case_number_series;
drop trigger tg_cases__guard on core.cases;
drop trigger tg_cases__history on core.cases;
drop trigger tg_cases__number on core.cases;
drop trigger tg_organisation_links__guard on core.organisation_links;
drop function core.actor();
drop function core.attention(timestamptz);
drop function core.caller();
drop function core.caller_role();
drop function core.case_filter(text, text, date, date, text);
drop function core.case_record(uuid);
drop function core.case_records(uuid[]);
drop function core.count_cases(core.case_filter);
drop function core.find_case(uuid);
drop function core.known_word(text, text, text[]);
drop function core.lock_case(uuid, integer);
drop function core.new_id();
drop function core.newest_cases(core.case_filter, core.case_cursor, bigint, integer);
drop function core.organisation_link(core.organisation_links);
drop function core.page_size(integer, integer, integer);
drop function core.pagination(bigint, integer, integer, text);
drop function core.permit_transition(core.case_status, text, text);
drop function core.reached_case_ids();
drop function core.read_cursor(text, text, text);
drop function core.refuse_field(text, text);
drop function core.required_text(text, text);
drop function core.sorted_cases(core.case_filter, core.case_cursor, text, text, bigint, integer);
drop function core.status_history(uuid);
drop function core.tg_assignments__guard();
drop function core.tg_assignments__particulars();
drop function core.tg_case_details__in_use();
drop function core.tg_case_details__stamp();
drop function core.tg_case_number_series__in_use();
drop function core.tg_cases__guard();
drop function core.tg_cases__history();
drop function core.tg_cases__number();
drop function core.tg_organisation_links__guard();
drop function core.trimmed(text);
drop function core.valid_transitions();
drop function core.write_cursor(core.case_cursor, text, text);
