create table core.case_number_gaps (
  court_code text not null references core.courts (code),
  year integer not null,
  first_number integer not null,
  last_number integer not null,
  restore_id bigint not null references audit.restores (id),
  primary key (court_code, year, last_number),
  constraint case_number_gaps_in_order check (first_number between 1 and last_number)
);

comment on table core.case_number_gaps is
'Numbers that are not used, because a case lost by a restore may have them. Append-only.';

create index case_number_gaps_restore_id_idx on core.case_number_gaps (restore_id);
