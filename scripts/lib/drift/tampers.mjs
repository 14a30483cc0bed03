// Changes made by hand to a database or its roles: the SQL, and the names that the comparison must give. Each
// runs as superuser in a transaction that is rolled back, roles and settings included. Names in `accepted` do not fail.
// `since` and `until` are the first and the last version of PostgreSQL that it is for. `isRead`: casefile_backup reads it from
// version 14 on, by pg_read_all_data.
/** A change of rows that the audit of reference rows misses. */
const pastTheAudit = (table, change) => `
  create temporary table firing on commit drop as select oid, tgenabled from pg_trigger where tgrelid = '${table}'::regclass;
  alter table ${table} disable trigger user;
  ${change};
  update pg_trigger t set tgenabled = f.tgenabled from pg_temp.firing f where f.oid = t.oid`;

const anEvilTable = (schema) => [
  `column ${schema}.evil.id`,
  `grants on table ${schema}.evil`,
  `table ${schema}.evil`,
];

export const TAMPERS = [
  {
    sql: "create or replace function core.new_id() returns uuid language sql volatile set search_path = '' as 'select null::uuid'",
    named: ["function core.new_id()"],
  },
  { sql: "grant execute on function core.new_id() to public", named: ["grants on function core.new_id()"] },
  { sql: "alter function core.new_id() owner to postgres", named: ["function core.new_id()", "grants on function core.new_id()"] },
  { sql: "alter table core.courts add other text", named: ["column core.courts.other"] },
  {
    sql: "alter table core.document_types drop description_required",
    named: ["column core.document_types.description_required"],
  },
  { sql: "alter table core.courts alter region drop not null", named: ["column core.courts.region"] },
  {
    sql: "alter table core.courts drop constraint courts_code_is_capitals",
    named: ["constraint courts_code_is_capitals on core.courts"],
  },
  { sql: "create index other on core.courts (region)", named: ["index core.other"] },
  { sql: "create policy other on core.cases using (true)", named: ["policy other on core.cases"] },
  {
    sql: "drop trigger tg_case_details__stamp on core.case_details",
    named: ["trigger tg_case_details__stamp on core.case_details"],
  },
  {
    sql: "create table core.evil () inherits (core.document_removals)",
    isRead: true,
    named: [
      "column core.evil.document_id",
      "column core.evil.removed_at",
      "grants on table core.evil",
      "table core.evil",
    ],
  },
  { sql: "create domain core.other as text", named: ["grants on type core.other", "type core.other"] },

  ...[
    ["casefile_api", "superuser"],
    ["casefile_api", "bypassrls"],
    ["casefile_owner", "login"],
    ["casefile_worker", "createrole"],
    ["casefile_migrator", "createdb"],
    ["adopter", "replication"],
    ["casefile_api", "connection limit -1"],
    ["casefile_migrator", "connection limit 1"],
    ["casefile_api", "valid until '2020-01-01'"],
  ].map(([role, attribute]) => ({ sql: `alter role ${role} ${attribute}`, named: [`role ${role}`] })),
  // Up to version 15 the role's attribute says whether it inherits; later each membership does.
  {
    sql: "alter role casefile_owner noinherit",
    named: ["membership casefile_owner in pg_read_all_stats", "role casefile_owner"],
    until: 15,
  },
  { sql: "alter role casefile_owner noinherit", named: ["role casefile_owner"], since: 16 },
  {
    sql: "alter role casefile_worker inherit",
    named: ["membership casefile_worker in document_processor", "role casefile_worker"],
    until: 15,
  },
  { sql: "alter role casefile_worker inherit", named: ["role casefile_worker"], since: 16 },
  { sql: "comment on role adopter is 'Anybody'", named: ["comment on role adopter"] },

  { sql: "grant casefile_owner to casefile_api", named: ["membership casefile_api in casefile_owner"] },
  { sql: "grant pg_read_all_data to casefile_api", named: ["membership casefile_api in pg_read_all_data"], since: 14 },
  { sql: "revoke pg_read_all_data from casefile_backup", named: ["what is not read by casefile_backup"], since: 14 },
  { sql: "revoke select on core.cases from casefile_backup", named: ["what is not read by casefile_backup"], until: 13 },
  { sql: "alter role casefile_backup nobypassrls", named: ["what is not read by casefile_backup"] },
  { sql: "grant insert on core.cases to casefile_backup", named: ["grants on table core.cases"] },
  { sql: "grant pg_monitor to adopter", named: ["membership adopter in pg_monitor"] },
  { sql: "create role intruder; grant judge_legal_adviser to intruder", named: ["membership intruder in judge_legal_adviser"] },
  { sql: "revoke adopter from casefile_api", named: ["membership casefile_api in adopter"] },
  { sql: "grant adopter to casefile_api with admin option", named: ["membership casefile_api in adopter"] },
  { sql: "grant adopter to casefile_api with inherit true", named: ["membership casefile_api in adopter"], since: 16 },
  { sql: "grant adopter to casefile_api with set false", named: ["membership casefile_api in adopter"], since: 16 },

  {
    sql: "create role intruder; grant adopter to intruder with admin true, inherit false, set false",
    named: ["membership intruder in adopter"],
    since: 16,
  },
  // Grants that PostgreSQL itself gives to an administrator who creates our roles.
  { sql: "create role steward createrole; grant adopter to steward with admin true, inherit false, set false", named: [], since: 16 },

  { sql: "alter role casefile_api set statement_timeout = 0", named: ["setting statement_timeout of casefile_api"] },
  { sql: "alter role casefile_api reset lock_timeout", named: ["setting lock_timeout of casefile_api"] },
  {
    sql: "alter role adopter set session_replication_role = replica",
    named: ["setting session_replication_role of adopter"],
  },
  { sql: "alter database $database set row_security = off", named: ["setting row_security of everybody in this database"] },
  {
    sql: "alter role casefile_api in database $database set work_mem = '1GB'",
    named: ["setting work_mem of casefile_api in this database"],
  },
  { sql: "alter role all set search_path = public", named: ["setting search_path of everybody"] },
  {
    sql: "grant set on parameter session_replication_role to casefile_api",
    named: ["grants on setting session_replication_role"],
    since: 15,
  },

  { sql: "grant connect on database $database to public", named: ["grants on database (this one)"] },
  { sql: "grant create on database $database to casefile_api", named: ["grants on database (this one)"] },
  { sql: "grant temporary on database $database to adopter", named: ["grants on database (this one)"] },
  {
    sql: "alter database $database owner to casefile_worker",
    named: ["database (this one)", "grants on database (this one)"],
  },
  { sql: "alter schema public owner to casefile_api", named: ["grants on schema public", "schema public"] },
  { sql: "grant create on schema public to public", named: ["grants on schema public"] },
  {
    sql: "alter default privileges in schema core grant select on tables to adopter",
    named: ["grants on default privileges of postgres for r in core"],
  },
  { sql: "revoke usage on language plpgsql from public", named: ["grants on language plpgsql"] },
  {
    sql: "grant execute on function pg_read_file(text) to casefile_api",
    named: ["grants on PostgreSQL's own function pg_read_file(text)"],
  },
  { sql: "grant select on pg_authid to public", named: ["grants on PostgreSQL's own table pg_authid"] },
  {
    sql: "grant select (rolpassword) on pg_authid to adopter",
    named: ["grants on PostgreSQL's own column rolpassword of table pg_authid"],
  },
  { sql: "grant create on schema pg_catalog to adopter", named: ["grants on PostgreSQL's own schema pg_catalog"] },
  { sql: "grant select on core.courts to public", named: ["grants on table core.courts"] },
  { sql: "grant update (name) on core.courts to adopter", named: ["grants on column core.courts.name"] },

  { sql: "create rule swallow as on insert to audit.refusals do instead nothing", named: ["rule swallow on audit.refusals"] },
  {
    sql: "create view public.peek as select id from core.cases",
    isRead: true,
    named: ["column public.peek.id", "grants on table public.peek", "table public.peek"],
  },
  {
    sql: "alter table core.case_details disable trigger all",
    named: [
      "trigger tg_case_details__in_use on core.case_details",
      "trigger tg_case_details__refuse_change on core.case_details",
      "trigger tg_case_details__stamp on core.case_details",
      "triggers of constraint case_details_case_id_court_code_fkey on core.case_details",
      "triggers of constraint cases_id_details_version_fkey on core.cases",
    ],
  },
  {
    sql: "alter table core.cases enable replica trigger tg_cases__guard",
    named: ["trigger tg_cases__guard on core.cases"],
  },
  {
    sql: `create function public.watch() returns event_trigger language plpgsql as 'begin end';
      create event trigger watch on ddl_command_end execute function public.watch()`,
    named: ["event trigger watch", "function public.watch()", "grants on function public.watch()"],
  },

  { sql: "create cast (text as integer) with inout as implicit", named: ["cast (pg_catalog.text AS integer)"] },
  { sql: "create publication leak for table core.cases", named: ["publication leak"] },
  { sql: "create publication leak for all tables", named: ["publication leak"] },
  {
    sql: "create subscription feed connection 'dbname=nowhere' publication p with (connect = false)",
    named: ["subscription feed"],
  },
  {
    sql: `create foreign data wrapper elsewhere; create server elsewhere foreign data wrapper elsewhere;
      create user mapping for casefile_api server elsewhere`,
    named: [
      "foreign-data wrapper elsewhere",
      "server elsewhere",
      "user mapping casefile_api on server elsewhere",
    ],
  },
  {
    sql: `insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
      values (99999, 'other', 10, 'public'::regnamespace, false, '1')`,
    named: ["extension other"],
  },
  { sql: "alter extension plpgsql add function core.new_id()", named: ["comment on function core.new_id()", "extension plpgsql", "function core.new_id()", "grants on function core.new_id()"] },
  {
    sql: "create language other handler plpgsql_call_handler",
    named: ["language other"],
  },
  {
    sql: "create operator core.=== (leftarg = text, rightarg = text, function = pg_catalog.texteq)",
    named: ["operator core.===(pg_catalog.text,pg_catalog.text)"],
  },
  { sql: "create operator family core.other using btree", named: ["operator family core.other USING btree"] },
  {
    sql: `create operator class core.backwards for type text using btree as operator 1 >, operator 3 =, operator 5 <,
      function 1 bttextcmp(text, text)`,
    named: ["operator class core.backwards USING btree", "operator family core.backwards USING btree"],
  },
  { sql: `create collation core.other from "C"`, named: ["collation core.other"] },
  { sql: "create text search configuration core.other (copy = simple)", named: ["text search configuration core.other"] },
  { sql: "create conversion core.other for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8", named: ["conversion core.other"] },
  { sql: "create access method other type index handler bthandler", named: ["access method other"] },
  { sql: "create statistics core.other on name, region from core.courts", named: ["statistics other on core.courts"] },
  {
    sql: "insert into pg_seclabel values ('core.courts'::regclass, 'pg_class'::regclass, 0, 'selinux', 'low')",
    named: ["security label table core.courts"],
  },

  {
    sql: "create schema tap; create function tap.evil() returns void language sql as ''",
    named: ["function tap.evil()", "grants on function tap.evil()", "grants on schema tap", "schema tap"],
  },
  {
    sql: "create function pg_catalog.evil() returns void language sql as ''",
    named: ["function evil()", "grants on function evil()"],
  },
  {
    sql: "create table information_schema.evil (id integer)",
    isRead: true,
    named: anEvilTable("information_schema"),
  },
  {
    sql: "set local allow_system_table_mods = on; create schema pg_evil; create table pg_evil.evil (id integer)",
    isRead: true,
    named: [...anEvilTable("pg_evil"), "grants on schema pg_evil", "schema pg_evil"],
    since: 13,
  },

  { sql: "alter table core.cases set (autovacuum_enabled = off)", named: ["table core.cases"] },
  { sql: "alter table core.documents set (toast.autovacuum_enabled = off)", named: ["table core.documents"] },
  { sql: "alter table core.document_texts set unlogged", named: ["table core.document_texts"] },
  {
    sql: "update pg_class set reltablespace = 1664 where oid = 'core.document_removals'::regclass",
    named: ["table core.document_removals"],
  },
  { sql: "alter table core.cases replica identity full", named: ["table core.cases"] },
  { sql: "alter table core.cases replica identity nothing", named: ["table core.cases"] },
  { sql: "alter table core.courts replica identity using index courts_pkey", named: ["index core.courts_pkey", "table core.courts"] },
  { sql: "alter table core.courts cluster on courts_pkey", named: ["index core.courts_pkey"] },
  { sql: "alter table core.courts no force row level security", named: ["table core.courts"] },
  { sql: "update pg_index set indisvalid = false where indexrelid = 'core.courts_pkey'::regclass", named: ["index core.courts_pkey"] },
  { sql: "update pg_index set indisready = false where indexrelid = 'core.courts_pkey'::regclass", named: ["index core.courts_pkey"] },
  { sql: "alter index core.courts_pkey set (fillfactor = 50)", named: ["index core.courts_pkey"] },
  { sql: "alter table core.courts alter name set statistics 0", named: ["column core.courts.name"] },
  { sql: "alter table core.courts alter name set storage external", named: ["column core.courts.name"] },
  { sql: "alter table core.courts alter name set (n_distinct = 1)", named: ["column core.courts.name"] },
  { sql: "alter table core.courts alter name set compression pglz", named: ["column core.courts.name"], since: 14 },
  { sql: `alter table core.courts alter region type text collate "C"`, named: ["column core.courts.region"] },
  { sql: "alter table core.courts add constraint other check (true) not valid", named: ["constraint other on core.courts"] },
  {
    sql: "update pg_constraint set convalidated = false where conname = 'case_details_case_id_court_code_fkey'",
    named: ["constraint case_details_case_id_court_code_fkey on core.case_details"],
  },
  {
    sql: "alter table core.assignments alter constraint assignments_case_id_court_code_fkey deferrable initially deferred",
    named: ["constraint assignments_case_id_court_code_fkey on core.assignments"],
  },
  {
    sql: `alter table core.courts alter region drop not null; alter table core.courts add not null region not valid`,
    named: ["column core.courts.region"],
    since: 18,
  },
  { sql: "grant execute on function pg_notify(text, text) to public", named: ["taken from everybody function pg_notify"] },
  {
    sql: "grant execute on function set_config(text, text, boolean) to adopter",
    named: ["grants on PostgreSQL's own function set_config(text,text,boolean)"],
  },
  { sql: "grant execute on function pg_stat_get_numscans(oid) to public", named: ["taken from everybody function pg_stat_get_numscans"] },
  { sql: "alter sequence audit.entries_id_seq cache 100", named: ["sequence audit.entries_id_seq"] },

  ...[
    ["core.courts", "update core.courts set name = 'Elsewhere' where code = 'BFC'", "BFC"],
    ["core.courts", "insert into core.courts (code, name, region) values ('ZZZ', 'New', 'Wales')", "ZZZ"],
    ["core.courts", "delete from core.courts where code = 'BFC'", "BFC"],
    [
      "core.status_transitions",
      "update core.status_transitions set roles = '{ADOPTER}' where (from_status, to_status) = ('APPLICATION', 'DIRECTIONS')",
      "APPLICATION,DIRECTIONS",
    ],
    ["core.document_types", "update core.document_types set label = 'Else' where value = 'other'", "other"],
    ["core.file_types", "update core.file_types set size_limit = 1 where extension = 'pdf'", "pdf"],
  ].map(([table, change, key]) => ({ sql: pastTheAudit(table, change), named: [`row of ${table} ${key}`] })),
  ...[
    ["update core.courts set name = 'Elsewhere' where code = 'BFC'", "BFC"],
    ["insert into core.courts (code, name, region) values ('ZZZ', 'New', 'Wales')", "ZZZ"],
    ["delete from core.courts where code = 'BFC'", "BFC"],
  ].map(([sql, key]) => ({ sql, named: [], accepted: [`row of core.courts ${key}`] })),
  {
    sql: [
      "update core.courts set name = 'Elsewhere' where code = 'BFC'",
      pastTheAudit("core.courts", "update core.courts set name = 'Once more' where code = 'BFC'"),
    ].join(";"),
    named: ["row of core.courts BFC"],
  },
  {
    sql: "alter type core.case_status add value 'WITHDRAWN_TWICE' after 'DIRECTIONS'",
    named: [],
    accepted: ["values of type core.case_status"],
  },
  { sql: "alter type core.upload_status rename value 'failed' to 'lost'", named: ["values of type core.upload_status"] },
  {
    sql: "delete from pg_enum where enumtypid = 'core.upload_status'::regtype and enumlabel = 'failed'",
    named: ["values of type core.upload_status"],
  },
];
