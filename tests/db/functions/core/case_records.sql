\ir ../../fixtures.psql

create function fixture.record_of(p_name text) returns api.case_record language sql as $$
  select r from core.case_records() as r where r.id = id_of(p_name);
$$;

create function fixture.permissions(p_name text) returns text language sql as $$
  select act_as(p_name);
  select (record_of('ours')).permissions::text;
$$;

select act_as('officer');
select set_eq(
  $$select r.id from core.case_records() as r where r.id in (id_of('bare'), id_of('theirs'), id_of('deleted'), id_of('ours'))$$,
  array[id_of('bare'), id_of('ours')],
  'cases out of reach and deleted cases are not shown'
);
select is(
  to_jsonb(record_of('ours')) - '{id,case_number,created_at,updated_at,key_dates,applicant_ids,organisation_ids}'::text[],
  '{
    "case_type": "AGENCY_ADOPTION", "status": "ON_HOLD", "assigned_court": "Birmingham Family Court", "court_code": "BFC",
    "created_by": "officer.one", "version": 2, "assigned_judge": "judge.one", "status_reason": "a reason", "notes": "notes", "internal_notes": "internal",
    "staff_comments": "comments", "linked_family_court_case_reference": "REF-1", "attention": "approaching",
    "permissions": {
      "can_edit": true, "can_update_status": true, "can_delete": true, "can_view_audit": true, "valid_transitions": [
        "APPLICATION", "DIRECTIONS", "CONSENT_AND_REPORTING", "FINAL_HEARING", "APPLICATION_WITHDRAWN"
      ]
    },
    "redacted": false
  }',
  'an officer sees every field'
);
-- In one transaction, they have no order.
select results_eq(
  $$
    select unnest(r.applicant_ids) from record_of('ours') as r
    union all
    select unnest(r.organisation_ids) from record_of('ours') as r
    order by 1
  $$,
  $$values ('adopter.one'), ('la.one'), ('spouse.one'), ('va.one')$$,
  'an officer sees the applicants and the organisations'
);
select is(
  (select row(r.key_dates, r.created_at, r.case_number)::text from record_of('ours') as r),
  (select row(row(c.created_at, c.next_hearing), c.created_at, c.case_number)::text from core.cases as c where c.id = id_of('ours')),
  'the dates and the number are those of the case'
);
select is(
  to_jsonb(record_of('bare')) - '{id,case_number,created_at,updated_at,key_dates,permissions}'::text[],
  '{
    "case_type": "FOSTER_TO_ADOPT", "status": "APPLICATION", "assigned_court": "Birmingham Family Court", "court_code": "BFC",
    "created_by": "officer.one", "version": 1, "applicant_ids": [], "assigned_judge": null, "organisation_ids": null,
    "status_reason": null, "notes": null, "internal_notes": null, "staff_comments": null,
    "linked_family_court_case_reference": null, "attention": "normal", "redacted": false
  }',
  'a case without details has empty fields'
);

select act_as('adopter');
select is(
  to_jsonb(record_of('ours')) - '{id,case_number,created_at,updated_at,key_dates}'::text[],
  '{
    "case_type": "AGENCY_ADOPTION", "status": "ON_HOLD", "assigned_court": "Birmingham Family Court", "court_code": "BFC",
    "created_by": null, "version": 2, "applicant_ids": ["adopter.one"], "assigned_judge": null, "organisation_ids": null,
    "status_reason": null, "notes": null, "internal_notes": null, "staff_comments": null,
    "linked_family_court_case_reference": null, "attention": "approaching", "redacted": true,
    "permissions": {
      "can_edit": false, "can_update_status": false, "can_delete": false, "can_view_audit": false, "valid_transitions": []
    }
  }',
  'an adopter sees the case redacted'
);

select is(
  permissions('judge'),
  '(f,t,f,t,"{APPLICATION,DIRECTIONS,CONSENT_AND_REPORTING,FINAL_HEARING,APPLICATION_WITHDRAWN}")',
  'a judge may change the status and read the trail'
);
select is(permissions(n), '(f,f,f,f,{})', n || ' may only read the case') from unnest('{cafcass,social_worker,assigned_social_worker,agency}'::text[]) as n;

select act_as_dba();
select new_case_in('refused', 'APPLICATION_REFUSED');
select act_as('officer');
select is((record_of('refused')).permissions::text, '(t,f,t,t,{})', 'a terminal case may be edited and deleted, but keeps its status');

select api.revoke_assignment(id_of('ours'), a.id)
from core.assignments as a
where a.case_id = id_of('ours') and a.user_id in ('spouse.one', 'judge.one');
select api.unlink_organisation(id_of('ours'), 'la.one');
select is(
  (select row(r.applicant_ids, r.assigned_judge, r.organisation_ids)::text from record_of('ours') as r),
  '({adopter.one},,{va.one})',
  'revoked users and ended links are left out'
);

select * from finish();
rollback;
