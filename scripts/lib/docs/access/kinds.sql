-- The kind of each row for each caller: by its case, then by its owner if rows of one case have different owners, and by the state of
-- a document.
create table fixture.rows (
  tab regclass, place tid, case_name text, owner text, state text, document_owner text, document_state text, content jsonb, primary key (tab, place)
);

do $$
declare
  v_table regclass;
  v_count bigint;
begin
  for v_table in select t.tab from fixture.tables as t loop
    execute format(
      $statement$
        insert into fixture.rows (tab, place, content)
        select %1$L::regclass, t.ctid, to_jsonb(t) from %1$s as t
      $statement$, v_table
    );
    get diagnostics v_count = row_count;
    if v_count = 0 then
      raise exception 'There is no row of % to try: add one to scripts/lib/docs/access/rows.psql', v_table;
    end if;
  end loop;
end;
$$;

create function fixture.state_of(p_document core.documents) returns text language sql immutable as $$
  select case
    when p_document.deleted_at is not null then 'deleted document' when p_document.upload_status = 'uploading' then 'upload under way'
    when p_document.upload_status = 'failed' then 'upload failed'
  end;
$$;

update fixture.rows as r
set case_name = coalesce(c.name, case s.content ->> 'court_code' when 'BFC' then 'court' when 'LDFC' then 'theirs' end),
  owner = coalesce(r.content ->> 'user_id', r.content ->> 'downloaded_by', r.content ->> 'reached_by', d.uploaded_by),
  state = fixture.state_of(d),
  document_owner = case when s.content ? 'document_id' then d.uploaded_by end,
  document_state = case when s.content ? 'document_id' then fixture.state_of(d) end
from fixture.rows as s
left join core.documents as d
  on d.id = coalesce(s.content ->> 'document_id', case s.tab when 'core.documents'::regclass then s.content ->> 'id' end)::uuid
left join core.assignments as a on a.id = (s.content ->> 'assignment_id')::uuid
left join core.status_changes as h on h.id = (s.content ->> 'status_change_id')::bigint
left join fixture.cases as c on c.id = coalesce(
  s.content ->> 'case_id', case s.tab when 'core.cases'::regclass then s.content ->> 'id' end,
  s.content -> 'answer' ->> 'id', d.case_id::text, a.case_id::text, h.case_id::text
)::uuid
where (s.tab, s.place) = (r.tab, r.place);

create table fixture.kinds (name text primary key, case_names text[] not null, about text not null);
insert into fixture.kinds values
  ('own case', '{ours}', 'a case that it reaches: of its court, or with a tie to it or its organisation'),
  ('unassigned case', '{bare}', 'a case of the court without any ties'),
  ('revoked case', '{revoked}', 'a case of the court whose ties to it and its organisation have ended'),
  ('tied in another role', '{otherwise}', 'a case of the court with a tie to it or its organisation, but in another role'),
  ('other organisation', '{other}', 'a case of the court with ties to other users and organisations'),
  ('other court', '{theirs}', 'a case of another court, with ties to other users and organisations'),
  ('deleted case', '{deleted,gone}', 'a deleted case of its court, with ties to it and its organisation'),
  ('own court', '{court}', 'a row of the court without a case, or a new case'),
  ('any row', '{}', 'every row, where these kinds do not apply');

-- A new row has no owner yet, but its document may have one. A new case belongs to a court, and is otherwise like any.
create function fixture.kind_of(p_row fixture.rows, p_caller fixture.callers, p_verb text) returns text language sql stable as $$
  select concat_ws(
    ' / ',
    coalesce((select k.name from fixture.kinds as k where w.case_name = any (k.case_names) and p_caller.name is not null), 'any row'),
    case
      when w.owner is null or p_caller.name is null then null
      when w.owner in (p_caller.user_id, p_caller.organisation_id) then case p_verb when 'insert' then 'its own document' else 'its own row' end
      else case p_verb when 'insert' then 'another''s document' else 'another''s row' end
    end,
    w.state
  )
  from (
    select
      case p_verb when 'insert' then p_row.document_owner else p_row.owner end,
      case p_verb when 'insert' then p_row.document_state else p_row.state end,
      case
        when p_verb = 'insert' and p_row.tab = 'core.cases'::regclass and p_row.case_name <> 'theirs' then 'court' else p_row.case_name
      end
  ) as w (owner, state, case_name);
$$;

-- In a natural order for readers.
create function fixture.rank_of(p_kind text) returns text language sql immutable as $$
  select array_position(
      '{any row,own case,own court,unassigned case,revoked case,tied in another role,other organisation,other court,deleted case}'::text[], split_part(p_kind, ' / ', 1)
    ) || case when p_kind ~ 'its own' then 'a' else 'b' end || p_kind;
$$;

-- Inserts take time: each subject tries only these few rows of each kind.
create function fixture.rows_to_add(p_subject integer, p_table regclass) returns setof fixture.rows language sql stable as $$
  select (k.r).*
  from (
    select r, row_number() over (partition by fixture.kind_of(r, c, 'insert') order by r.place) as place
    from fixture.rows as r
    join fixture.subjects as s on s.place = p_subject
    left join fixture.callers as c on c.name = s.caller
    where r.tab = p_table
  ) as k
  where k.place <= 2;
$$;
