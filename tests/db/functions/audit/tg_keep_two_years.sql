\ir ../../fixtures.psql

insert into audit.refusals (operation, user_id, user_role, reason, occurred_at)
select 'x', v, 'x', 'x', now() - v::interval from unnest('{2 years,2 years 1 second}'::text[]) as v;
insert into auth.sign_ins (kind, outcome, user_id, occurred_at)
select 'mock', 'OPENED', v, now() - v::interval from unnest('{2 years,2 years 1 second}'::text[]) as v;
select is(outcome(format('delete from %s where user_id = %L', t, v)), case v when '2 years' then 'JCAPP' else 'ok' end, format('a row is kept for two years: %s of %s ago', t, v))
from unnest('{audit.refusals,auth.sign_ins}'::text[]) as t, unnest('{2 years,2 years 1 second}'::text[]) as v;
select is(outcome('truncate ' || t), 'JCAPP', 'the table cannot be truncated: ' || t) from unnest('{audit.refusals,auth.sign_ins}'::text[]) as t;
set local session_replication_role = replica;
select is(outcome('delete from ' || t), 'JCAPP', 'nothing is removed in a session with session_replication_role = replica: ' || t) from unnest('{audit.refusals,auth.sign_ins}'::text[]) as t;
set local session_replication_role = origin;
set local role casefile_owner;
select is(outcome('delete from ' || t), 'JCAPP', 'the owner cannot remove rows: ' || t) from unnest('{audit.refusals,auth.sign_ins}'::text[]) as t;

select * from finish();
rollback;
