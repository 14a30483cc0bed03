create table core.courts (
  code text primary key constraint courts_code_is_capitals check (code ~ '^[A-Z]{2,8}$'),
  name text not null unique constraint courts_name_within_limit check (char_length(name) between 1 and 100),
  region text not null
);

comment on table core.courts is 'The family courts of England and Wales.';
comment on column core.courts.code is
'The beginning of every case number of the court. Assigned, and never derived from the name, because initials collide.';
