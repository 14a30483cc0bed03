-- Take over a file of users and memberships
create or replace function auth.import_directory(p_rows jsonb, p_dry_run boolean)
returns setof auth.directory_difference
language plpgsql
volatile
security definer
set search_path = ''
-- Tables grow while their plans are kept: a plan for small tables would read all users for each row.
set enable_seqscan = off
as $$
declare
  v_row jsonb;
  v_difference auth.directory_difference;
  v_is_dry boolean := false;
  v_message text;
  v_detail text;
  v_column text;
  v_constraint text;
  v_field text;
begin
  begin
    v_row := auth.import_contradiction(p_rows);
    if v_row is not null then
      perform core.refuse(row(v_row ->> 'field', 'CONTRADICTION', 'An earlier line has another value for this user'));
    end if;

    for v_row in select r from jsonb_array_elements(p_rows) as r loop
      v_difference := auth.import_user(v_row);
      if v_difference.action is not null then
        return next v_difference;
      end if;
      v_difference := auth.import_membership(v_row);
      if v_difference.action is not null then
        return next v_difference;
      end if;
    end loop;
    return query select e.* from auth.import_endings(p_rows) as e;

    -- Undoes the changes of this block, but keeps the rows to return.
    if p_dry_run then
      v_is_dry := true;
      raise exception using errcode = 'JCFIX', message = 'A dry run changes nothing';
    end if;
  exception
    when sqlstate 'JCFIX' then
      if not v_is_dry then
        raise;
      end if;
    when sqlstate 'JCVAL' or integrity_constraint_violation or data_exception then
      get stacked diagnostics
        v_message = message_text, v_detail = pg_exception_detail, v_column = column_name, v_constraint = constraint_name;
      v_field := auth.import_field(sqlstate, v_detail, v_column, v_constraint);
      raise exception using
        errcode = 'JCVAL',
        message = format('Line %s, %s: %s', v_row ->> 'line', v_field, auth.import_problem(sqlstate, v_message, v_constraint)),
        detail = jsonb_build_object('line', (v_row ->> 'line')::integer, 'field', v_field)::text;
  end;
end;
$$;

comment on function auth.import_directory(jsonb, boolean) is
'Changes the directory to match the rows of a file, one for each membership of a user: line, userId, issuer, subject, name,
enabled, role, court, organisationId. For the users that it names, the file is complete: their other memberships end. Other users
stay unchanged. Returns the differences; a dry run returns the same and changes nothing. A long file may come in pieces if all
rows of a user are in one piece.
Errors: JCVAL a row that is refused, with field and line.';

revoke all on function auth.import_directory(jsonb, boolean) from public;
grant execute on function auth.import_directory(jsonb, boolean) to casefile_registrar;
