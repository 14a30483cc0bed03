-- migrate:up

-- Where the database lives. That is where it is now.
create table auth.home (
  system_identifier text not null,
  store_id uuid,
  since timestamptz not null default now()
);

create unique index home_one_row_key on auth.home ((true));

insert into auth.home (system_identifier)
select s.system_identifier::text from pg_catalog.pg_control_system() as s;

-- migrate:down

drop table auth.home;
