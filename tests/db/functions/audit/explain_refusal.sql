\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.explained(p_caller text, p_operation text, p_case_id uuid) returns audit.refusal language sql as $$
  select act_as(p_caller);
  select audit.explain_refusal(p_operation, p_case_id);
$$;
create function fixture.nowhere() returns uuid language sql as $$ select '00000000-0000-7000-8000-0000000000a1'::uuid $$;

-- Every operation, for a case of another court, one that is deleted, and none at all.
create table fixture.asked as
select o.operation, c.name, k.kind
from unnest('{
  get_case,list_assignments,list_organisations,list_case_audit,change_case_status,update_case,delete_case,create_assignment,
  revoke_assignment,link_organisation,unlink_organisation
}'::text[]) as o (operation),
unnest('{officer,judge,cafcass,social_worker,agency,adopter}'::text[]) as c (name),
unnest('{theirs,deleted,nowhere}'::text[]) as k (kind);

create function fixture.answered(p_kind text) returns setof text language sql as $$
  select format('%s %s: %s', a.operation, a.name, (explained(a.name, a.operation, coalesce(id_of(a.kind), nowhere()))).code)
  from asked as a
  where a.kind = p_kind
  order by a.operation collate "C", a.name;
$$;
-- Some operations tell every role that there is no case, the others only their own roles.
create function fixture.told_of_nothing(p_kind text) returns setof text language sql as $$
  select format(
    '%s %s: %s', a.operation, a.name,
    case
      when a.operation in ('get_case', 'list_assignments', 'list_case_audit', 'change_case_status', 'revoke_assignment')
        or (a.operation = 'list_organisations' and a.name <> 'adopter')
        or a.name = 'officer'
      then 'NOT_FOUND' else 'FORBIDDEN'
    end
  )
  from asked as a
  where a.kind = p_kind
  order by a.operation collate "C", a.name;
$$;
grant select on fixture.asked to public;

select is(outcome(n, $$select audit.explain_refusal('nothing', nowhere())$$), 'JCVAL', 'an unknown operation is refused: ' || n) from unnest('{officer,adopter}'::text[]) as n;
select is((explained('judge', 'delete_document', nowhere())).code, 'NOT_FOUND', 'anybody is told that a document to delete does not exist');
select act_as('ADOPTER', null, null, null);
select is(outcome($$select audit.explain_refusal('get_case', nowhere())$$), 'JCSES', 'a caller without a session gets no explanation');

select is(
  (select count(*) from answered('theirs') as a where a !~ ': FORBIDDEN$'),
  0::bigint, 'a case that exists is forbidden to a caller who does not reach it'
);

select results_eq($$select answered('nowhere')$$, $$select told_of_nothing('nowhere')$$, 'a case that does not exist is not found, or forbidden if the role lacks the operation');
select results_eq($$select answered('deleted')$$, $$select told_of_nothing('deleted')$$, 'a deleted case is explained like one that does not exist');

-- The answer and the record.
select act_as_dba();
alter table audit.refusals disable trigger user;
truncate audit.refusals;
alter table audit.refusals enable always trigger tg_refusals__guard;
create function fixture.recorded() returns text language sql security definer as $$
  select string_agg(
    concat_ws(' ', r.operation, r.user_id, r.user_role, r.reason, n.name, r.request_id, r.client_address), e'\n' order by r.id
  )
  from audit.refusals as r
  left join cases as n on n.id = r.case_id;
$$;

select is(explained('judge', 'get_case', id_of('theirs'))::text, '(FORBIDDEN,"Access denied","{""reason"": ""NOT_YOUR_CASE""}")', 'a case out of reach is answered with access denied');
select is(
  (explained('judge', 'delete_case', id_of('ours'))).extra,
  '{"reason": "ROLE_NOT_PERMITTED", "requiredRoles": ["HMCTS_CASE_OFFICER"], "userRole": "JUDGE_LEGAL_ADVISER"}', 'the explanation names the roles that have the operation'
);
select is(
  (explained('adopter', 'list_organisations', id_of('ours'))).extra -> 'requiredRoles',
  '["HMCTS_CASE_OFFICER", "JUDGE_LEGAL_ADVISER", "CAFCASS_OFFICER", "LA_SOCIAL_WORKER", "VAA_WORKER"]', 'the roles are those that the grants of the operation name'
);
select is((explained('adopter', 'get_admin_only', null)).code, 'FORBIDDEN', 'an operation that is not about a case is forbidden to a role that lacks it');
select is((explained('officer', 'get_case', nowhere())).code, 'NOT_FOUND', 'a case that does not exist is not found');
select is((explained('officer', 'create_case', null)).code, 'NOT_FOUND', 'a kept answer about a case that was deleted since is not found');
select is((explained('judge', 'update_case', nowhere())).code, 'FORBIDDEN', 'a role that lacks the operation is forbidden, even if the case does not exist');
select is(
  recorded(),
  replace(
    'get_case judge.one JUDGE_LEGAL_ADVISER REACH theirs REQUEST
delete_case judge.one JUDGE_LEGAL_ADVISER ROLE ours REQUEST
list_organisations adopter.one ADOPTER ROLE ours REQUEST
get_admin_only adopter.one ADOPTER ROLE REQUEST
update_case judge.one JUDGE_LEGAL_ADVISER ROLE REQUEST', 'REQUEST', '00000000-0000-4000-8000-000000000001 192.0.2.1'),
  'each refusal is recorded, but not what was not found'
);

-- For a document: its case.
select act_as_dba();
alter table audit.refusals disable trigger user;
truncate audit.refusals;
alter table audit.refusals enable always trigger tg_refusals__guard;
select is((explained(v.name, v.operation, document(v.document))).code, v.code, format('a document is explained through its case: %s, %s of %s', v.name, v.operation, v.document))
from (
  values
    ('adopter', 'get_document', 'order', 'FORBIDDEN'), ('other_judge', 'download_document', 'clean', 'FORBIDDEN'), ('judge', 'delete_document', 'order', 'FORBIDDEN'),
    ('other_officer', 'delete_document', 'order', 'FORBIDDEN'), ('officer', 'get_document', 'foreign', 'FORBIDDEN'), ('officer', 'get_document', 'removed', 'NOT_FOUND'),
    ('adopter', 'download_document', 'removed', 'NOT_FOUND'), ('officer', 'get_document', 'failed', 'NOT_FOUND'), ('officer', 'delete_document', 'buried', 'NOT_FOUND')
) as v (name, operation, document, code);
select is((explained('judge', 'get_document', nowhere())).message, 'Document not found', 'a document that does not exist is called a document');
select is((explained('judge', o, nowhere())).message, 'Case not found', o || ' is about a case') from unnest('{list_documents,list_document_versions,get_case}'::text[]) as o;
select is((explained('officer', 'upload_document', nowhere())).message, 'Case not found', 'upload_document is about a case');
select is((explained('judge', 'upload_document', id_of('ours'))).extra -> 'requiredRoles',
  '["HMCTS_CASE_OFFICER", "CAFCASS_OFFICER", "LA_SOCIAL_WORKER", "VAA_WORKER", "ADOPTER"]', 'the roles that upload are named');
select is((explained('other_agency', 'upload_document', id_of('ours'))).code, 'FORBIDDEN', 'an upload to a case out of reach is forbidden');
select is(
  recorded(),
  replace(
    'get_document adopter.one ADOPTER REACH ours REQUEST
download_document judge.two JUDGE_LEGAL_ADVISER REACH ours REQUEST
delete_document judge.one JUDGE_LEGAL_ADVISER ROLE ours REQUEST
delete_document officer.two HMCTS_CASE_OFFICER REACH ours REQUEST
get_document officer.one HMCTS_CASE_OFFICER REACH theirs REQUEST
upload_document judge.one JUDGE_LEGAL_ADVISER ROLE ours REQUEST
upload_document agency.two VAA_WORKER REACH ours REQUEST', 'REQUEST', '00000000-0000-4000-8000-000000000001 192.0.2.1'),
  'each refusal about a document is recorded with its case'
);

select act_as_dba();
select ok(r.occurred_at > now() and r.occurred_at <= clock_timestamp(), 'a refusal has its own time, not that of the transaction') from audit.refusals as r order by r.id desc limit 1;

select * from finish();
rollback;
