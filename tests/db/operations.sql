\ir fixtures.psql

-- The roles of every operation, and of everything behind the operations.
create function fixture.executable(p_schema text) returns setof text language sql as $$
  select p.proname || ': ' || case
    when bool_and(has_function_privilege(r.role, p.oid, 'execute')) then 'all'
    else coalesce(string_agg(left(r.role, 1), '' order by r.place) filter (where has_function_privilege(r.role, p.oid, 'execute')), '')
  end
  from pg_proc as p, unnest(caller_roles()) with ordinality as r (role, place)
  where p.pronamespace = p_schema::regnamespace
  group by p.oid, p.proname
  order by p.proname collate "C";
$$;

-- All, or the initials of hmcts officer, judge, cafcass, la, vaa, adopter.
select is(array(select executable('api')), array[
  'change_case_status: hj',
  'claim_key: all',
  'complete_upload: hclva',
  'create_assignment: h',
  'create_case: h',
  'delete_case: h',
  'delete_document: h',
  'download_document: all',
  'fail_upload: hclva',
  'get_admin_only: h',
  'get_case: all',
  'get_document: all',
  'get_protected: all',
  'get_reference: ',
  'get_upload_form: hclva',
  'keep_answer: all',
  'link_organisation: h',
  'list_assignments: all',
  'list_case_audit: hj',
  'list_cases: all',
  'list_courts: ',
  'list_document_versions: all',
  'list_documents: all',
  'list_organisations: hjclv',
  'report_damage: all',
  'revoke_assignment: h',
  'unlink_organisation: h',
  'update_case: h',
  'upload_document: hclva'
], 'exactly these roles may call the operations');

select is(
  array(select e from executable('audit') as e where e !~ ': $'),
  '{changes_of: hj,explain_refusal: all}', 'callers may call only explanations of the audit'
);
select is(array(select e from executable('auth') as e where e !~ ': $'), '{}', 'callers may call no function of auth');
select is(array(select e from executable('worker') as e where e !~ ': $'), '{}', 'callers may call no function of worker');
select is(array(select e from executable('core') as e where e !~ ': all$' and e !~ '^tg_.*: $'), '{"find_number_faults: ","find_reach_faults: ","gather_participants: ","gather_reach: ",lock_case: hj,"pass_over_numbers: ",permit_transition: hj,"ties: "}',
  'callers may not call what triggers alone call, and only some roles may call what changes a case');
select is(array(select e from executable('core') as e where e ~ '^tg_' and e !~ ': $'), '{}', 'callers may call no trigger function');

select * from finish();
rollback;
