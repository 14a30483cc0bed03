-- More rows for the examples of the API's document: an assignment, and scripts/demo-order.pdf in two cases. Run as a superuser,
-- because callers do not choose ids. The bytes are already in the document store.

begin;

grant insert (id) on core.assignments to hmcts_case_officer;
grant insert (id) on core.documents to hmcts_case_officer;

select auth.log_in(sha256('olivia.officer'), null, 'olivia.officer', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court');
select auth.resume(sha256('olivia.officer'), null, null);

insert into core.assignments (id, case_id, user_id, assignment_type)
values ('01970000-0000-7000-8000-000000000031', '01970000-0000-7000-8000-000000000003', 'judge.judith', 'JUDICIAL');

insert into core.documents (id, case_id, filename, document_type)
values
  ('01970000-0000-7000-8000-000000000011', '01970000-0000-7000-8000-000000000001', 'Placement order.pdf', 'court-order'),
  ('01970000-0000-7000-8000-000000000012', '01970000-0000-7000-8000-000000000003', 'Placement order.pdf', 'court-order');

select api.complete_upload(d.id, 922, '6ab5168e83f38d3ce7dc584a18a371af21a7dd1efa105339cfe650bf5f6e445d', 'application/pdf')
from core.documents as d;

reset role;
revoke insert (id) on core.assignments from hmcts_case_officer;
revoke insert (id) on core.documents from hmcts_case_officer;
select auth.log_out(sha256('olivia.officer'));

commit;
