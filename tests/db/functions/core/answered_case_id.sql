\ir ../../fixtures.psql

select is(core.answered_case_id(a.answer), a.id, 'the case of an answer: ' || a.answer::text)
from (
  values
    ('{"id": "00000000-0000-7000-8000-00000000000a", "notes": "x"}'::jsonb, '00000000-0000-7000-8000-00000000000a'::uuid),
    ('{"id": "00000000-0000-7000-8000-00000000000a", "case_id": "00000000-0000-7000-8000-00000000000b"}', '00000000-0000-7000-8000-00000000000b'),
    ('{"case_record": {"id": "00000000-0000-7000-8000-00000000000c"}}', '00000000-0000-7000-8000-00000000000c'),
    ('{"notes": "x"}', null), ('"x"', null), ('null', null)
) as a (answer, id);

-- Each answer type of a write gives its case.
select is(
  array(
    select distinct t.typname::text
    from pg_catalog.pg_proc as p join pg_catalog.pg_type as t on t.oid = p.prorettype
    where p.pronamespace = 'api'::regnamespace and p.provolatile = 'v' and t.typtype = 'c' and p.proname <> 'upload_document'
      and core.answered_case_id(
        (
          select jsonb_object_agg(a.attname, case a.attname when 'case_record' then jsonb_build_object('id', core.new_id()) else to_jsonb(core.new_id()) end)
          from pg_catalog.pg_attribute as a
          where a.attrelid = t.typrelid and a.attname in ('id', 'case_id', 'case_record')
        )
      ) is null
    order by 1
  ),
  '{}', 'every answer of a write names its case'
);

select * from finish();
rollback;
