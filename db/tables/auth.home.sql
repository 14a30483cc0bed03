create table auth.home (
  system_identifier text not null,
  store_id uuid,
  since timestamptz not null default now()
);

comment on table auth.home is
'Where this database lives: one row. Servers serve it only there, so that a copy is not mistaken for the original.';
comment on column auth.home.system_identifier is 'That of the cluster, as pg_control_system() has it.';
comment on column auth.home.store_id is 'That of the document store, as its mark has it. Null until a server has been here.';

create unique index home_one_row_key on auth.home ((true));
