\ir ../../fixtures.psql

select is(core.check_length('f', v, 2), null, format('a text within the limit is accepted: %L', v)) from unnest('{"",ab,判决,👧👧,null}'::text[]) as v;
select is((core.check_length('f', v, 2)).code, 'TOO_LONG', format('a text over the limit is refused: %L', v)) from unnest('{abc,判决书}'::text[]) as v;
select is((core.check_length('f', 'abc', 2)).field, 'f', 'the error names the field');

-- The limits match those of the tables.
create table fixture.limits (field text, place text, highest integer);
insert into limits
select m[1], k.conrelid::regclass::text, m[2]::integer
from pg_catalog.pg_constraint as k,
  regexp_matches(k.conname || pg_get_constraintdef(k.oid), '_within_limitCHECK \(\(char_length\((\w+)\) <= (\d+)\)\)') as m;
select is(
  array(
    select l.field || ' ' || l.highest
    from limits as l
    where l.place = 'core.case_details'
      and not exists (
        select from unnest(array['api.create_case', 'api.update_case']) as f (name)
        join pg_catalog.pg_proc as p on p.oid::regproc::text = f.name
        where position(format('%s, %s)', l.field, l.highest) in p.prosrc) = 0
      )
    order by 1
  ),
  array(select l.field || ' ' || l.highest from limits as l where l.place = 'core.case_details' order by 1), 'the limits of details are those of the table'
);
select is(
  array(select l.highest from limits as l where l.field in ('user_id', 'organisation_id', 'username') group by 1), '{100}', 'the limits of names are 100 in all tables'
);
select is((select l.highest from limits as l where l.place = 'core.documents' and l.field = 'description'), 500, 'the limit of a description is that of the table');

select * from finish();
rollback;
