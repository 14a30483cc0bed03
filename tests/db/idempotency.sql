\ir fixtures.psql
\ir documents.psql
\ir keys.psql

-- Each write, sent twice under one key: done once, answered twice.
create table fixture.calls (operation text primary key, caller text, call text, moves integer[]);
grant select on fixture.calls to public;
insert into fixture.calls
select a.operation, a.caller, format('api.%s(%s)', a.operation, a.arguments), a.moves
from (
  values
    ('update_case', 'officer', format('%L, 2, %L', id_of('ours'), '{"notes": "a \"quote\", \\\\, é, 😀\n", "nextHearing": null}'), '{1,1}'::integer[]),
    ('change_case_status', 'judge', format('%L, null, %L, %L', id_of('ours'), 'APPLICATION', 'why'), '{1,1}'),
    ('create_assignment', 'officer', format('%L, %L, %L', id_of('ours'), 'adopter.three', 'APPLICANT'), '{0,1}'),
    ('link_organisation', 'officer', format('%L, %L, %L', id_of('ours'), 'va.three', 'VOLUNTARY_AGENCY'), '{0,1}'),
    ('upload_document', 'adopter', format('%L, %L, %L, %L', id_of('ours'), 'new.pdf', 'other', 'described'), '{0,1}'),
    ('complete_upload', 'adopter', format('%L, 20, %L, %L', document('begun'), hash_of('new'), 'application/pdf'), '{0,1}')
) as a (operation, caller, arguments, moves);

-- The effect of the first call, the answer of the second.
create table fixture.answers (operation text primary key, answer text);
grant select, insert on fixture.answers to public;
create function fixture.first_answer(p_operation text) returns integer[] language plpgsql as $$
begin
  perform fixture.act_as((select c.caller from calls as c where c.operation = p_operation));
  return fixture.moves(id_of('ours'), format('insert into answers select operation, keyed(''key '' || operation, call) from calls where operation = %L', p_operation));
end;
$$;
create function fixture.second_answer(p_operation text) returns text language plpgsql as $$
begin
  perform fixture.act_as((select c.caller from calls as c where c.operation = p_operation));
  return (select keyed('key ' || c.operation, c.call) from calls as c where c.operation = p_operation);
end;
$$;
select is(first_answer(c.operation), c.moves, c.operation || ': the first call does its work once') from calls as c;
select isnt(a.answer, null, a.operation || ': the first call has an answer') from answers as a;
select act_as_dba();
create temp table before as select everything() as digest;
select is(second_answer(a.operation), a.answer, a.operation || ': the second call gets the same answer') from answers as a;
select act_as_dba();
select is(everything(), digest, 'the second calls change nothing') from before;

-- The server's login prepares it, but may call it only after it becomes the caller.
select act_as_server();
prepare create_case as
select case
  when k.answer is null then api.keep_answer($7, api.create_case($1, $2, $3, $4, $5, $6))
  else jsonb_populate_record(case when false then api.create_case($1, $2, $3, $4, $5, $6) end, k.answer)
end
from api.claim_key($7, $8) as k (answer);
select is(outcome($$execute create_case ('AGENCY_ADOPTION', 'n', null, null, null, null, 'k', sha256('r'))$$), '42501', 'the server may not call it without a caller');
select act_as('officer');
select results_eq(
  $$execute create_case ('AGENCY_ADOPTION', 'n', 'i', null, null, '2030-01-01 09:30+01', 'k', sha256('r'))$$,
  $$execute create_case ('AGENCY_ADOPTION', 'n', 'i', null, null, '2030-01-01 09:30+01', 'k', sha256('r'))$$,
  'creating a case twice under one key gives the same case'
);
select is((select count(*) from core.cases as c where c.next_hearing = '2030-01-01 08:30Z'), 1::bigint, 'one case was created');
select is(outcome($$execute create_case ('AGENCY_ADOPTION', 'x', null, null, null, null, 'k', sha256('s'))$$), 'JCKEY', 'another request under the same key is refused');
select is(outcome(n, $$execute create_case ('AGENCY_ADOPTION', 'n', 'i', null, null, null, 'k', sha256('r'))$$), '42501', 'a key gives nothing to this role: ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;

-- A refusal frees its key.
select act_as('officer');
select is(outcome($$execute create_case ('NOTHING', 'n', null, null, null, null, 'refused', sha256('r'))$$), 'JCVAL', 'a request with wrong input is refused');
select is((kept('refused')).key, null, 'a refused request keeps no answer');
select is(outcome($$execute create_case ('AGENCY_ADOPTION', 'n', null, null, null, null, 'refused', sha256('s'))$$), 'ok', 'the next request may use the key of a refused one');

select * from finish();
rollback;
