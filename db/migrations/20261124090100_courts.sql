-- migrate:up

create table core.courts (
  code text primary key constraint courts_code_is_capitals check (code ~ '^[A-Z]{2,8}$'),
  name text not null unique constraint courts_name_within_limit check (char_length(name) between 1 and 100),
  region text not null
);
comment on table core.courts is 'The family courts of England and Wales.';
comment on column core.courts.code is
'Stands in every case number of the court. Given to the court, never derived from its name: initials collide.';

insert into core.courts (code, name, region) values
  ('BFC', 'Birmingham Family Court', 'Midlands'),
  ('COFC', 'Coventry Family Court', 'Midlands'),
  ('DEFC', 'Derby Family Court', 'Midlands'),
  ('LEFC', 'Leicester Family Court', 'Midlands'),
  ('LNFC', 'Lincoln Family Court', 'Midlands'),
  ('NMFC', 'Northampton Family Court', 'Midlands'),
  ('NOFC', 'Nottingham Family Court', 'Midlands'),
  ('STFC', 'Stoke-on-Trent Family Court', 'Midlands'),
  ('WOFC', 'Wolverhampton Family Court', 'Midlands'),
  ('WRFC', 'Worcester Family Court', 'Midlands'),
  ('HUFC', 'Hull Family Court', 'North East'),
  ('LDFC', 'Leeds Family Court', 'North East'),
  ('MBFC', 'Middlesbrough Family Court', 'North East'),
  ('NEFC', 'Newcastle Family Court', 'North East'),
  ('SHFC', 'Sheffield Family Court', 'North East'),
  ('YOFC', 'York Family Court', 'North East'),
  ('CAFC', 'Carlisle Family Court', 'North West'),
  ('LIFC', 'Liverpool Family Court', 'North West'),
  ('MFC', 'Manchester Family Court', 'North West'),
  ('PRFC', 'Preston Family Court', 'North West'),
  ('CFC', 'Central Family Court', 'London'),
  ('EFC', 'East London Family Court', 'London'),
  ('LFC', 'London Family Court', 'London'),
  ('WFC', 'West London Family Court', 'London'),
  ('BAFC', 'Barnet Family Court', 'London'),
  ('BRFC', 'Family Court at Brighton', 'South East'),
  ('CBFC', 'Cambridge Family Court', 'South East'),
  ('CTFC', 'Canterbury Family Court', 'South East'),
  ('CHFC', 'Chelmsford Family Court', 'South East'),
  ('GUFC', 'Guildford Family Court', 'South East'),
  ('IPFC', 'Ipswich Family Court', 'South East'),
  ('LUFC', 'Luton Family Court', 'South East'),
  ('MKFC', 'Milton Keynes Family Court', 'South East'),
  ('NRFC', 'Norwich Family Court', 'South East'),
  ('OXFC', 'Oxford Family Court', 'South East'),
  ('PBFC', 'Peterborough Family Court', 'South East'),
  ('REFC', 'Reading Family Court', 'South East'),
  ('WAFC', 'Watford Family Court', 'South East'),
  ('BMFC', 'Bournemouth Family Court', 'South West'),
  ('BSFC', 'Bristol Family Court', 'South West'),
  ('EXFC', 'Exeter Family Court', 'South West'),
  ('PLFC', 'Plymouth Family Court', 'South West'),
  ('POFC', 'Portsmouth Family Court', 'South West'),
  ('SNFC', 'Swindon Family Court', 'South West'),
  ('TRFC', 'Truro Family Court', 'South West'),
  ('CNFC', 'Caernarfon Family Court', 'Wales'),
  ('CDFC', 'Cardiff Family Court', 'Wales'),
  ('NPFC', 'Newport Family Court', 'Wales'),
  ('SWFC', 'Swansea Family Court', 'Wales'),
  ('WXFC', 'Wrexham Family Court', 'Wales');

-- migrate:down

drop table core.courts;
