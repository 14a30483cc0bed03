\ir ../../fixtures.psql

select state('casefile.client_address', '2001:db8::1');
select is(audit.client_address(), '2001:db8::1', 'the address is the one that the server states');
select state('casefile.client_address', repeat('x', 1000000));
select is(audit.client_address(), repeat('x', 100), 'the address is cut off after 100 characters');
select state('casefile.client_address', '');
select is(audit.client_address(), null, 'an empty address is null');

-- An address that a caller sets with its own SQL.
select act_as('officer');
select state('casefile.client_address', repeat('x', 1000000));
select audit.explain_refusal('get_case', id_of('theirs'));
select api.update_case(id_of('ours'), null, '{"notes": "n"}');
select act_as_dba();
select is((select max(octet_length(r.client_address)) from audit.refusals as r), 100, 'a refusal records at most 100 characters');
select is((select max(octet_length(e.client_address)) from audit.entries as e), 100, 'an entry records at most 100 characters');

select * from finish();
rollback;
