\ir ../../fixtures.psql

-- The number of sealed columns: the first four bytes of PostgreSQL's binary form.
create function fixture.columns_of(p_content bytea) returns integer language sql as $$
  select get_byte(p_content, 2) * 256 + get_byte(p_content, 3);
$$;
select act_as_dba();
insert into audit.restores (actor, old_system_identifier, system_identifier, store_id, sessions_ended, keys_ended, number_gap)
values ('x', '1', '2', core.new_id(), 0, 0, 0);
insert into audit.anchors (actor, taken_at, cases, root, digest, journals) values ('x', now(), 0, sha256(''), sha256(''), '{}');
insert into audit.refusals (operation, user_id, user_role, reason) values ('x', 'x', 'x', 'x');
insert into auth.sign_ins (kind, outcome) values ('mock', 'OPENED');
insert into auth.directory_changes (actor, entity, entity_id, after) values ('x', 'user', 'x', '{}');
update core.courts set name = name || '!' where code = 'BFC';
select is(
  array(
    select format('%s %s', j.journal, columns_of(r.content))
    from unnest(enum_range(null::audit.journal)) as j (journal)
    cross join lateral (select s.content from audit.sealed_rows(j.journal, 0, 9223372036854775807) as s limit 1) as r
  ),
  array(
    select format('%s %s', j.journal, count(*))
    from unnest(enum_range(null::audit.journal)) as j (journal)
    join pg_attribute as a on a.attrelid = j.journal::text::regclass and a.attnum > 0 and not a.attisdropped
    group by j.journal
    order by j.journal
  ),
  'the content of every journal has every column'
);

create table fixture.refused as
select r.id from audit.refusals as r order by r.id desc limit 1;
create function fixture.content() returns bytea language sql as $$
  select r.content from fixture.refused as f, lateral audit.sealed_rows('audit.refusals', f.id - 1, f.id) as r;
$$;
create table fixture.before as select content();
select is(content(), b.content, 'the same row has the same content') from before as b;
set local timezone = 'Pacific/Auckland';
set local datestyle = 'German';
select is(content(), b.content, 'the content does not depend on the settings of the session') from before as b;
alter table audit.refusals disable trigger user;
update audit.refusals as r set client_address = '' from refused as f where f.id = r.id;
select isnt(content(), b.content, 'null and an empty text have different contents') from before as b;

select * from finish();
rollback;
