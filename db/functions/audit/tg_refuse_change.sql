-- Keep rows as they were written
create or replace function audit.tg_refuse_change()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'JCAPP',
    message = format('%s of %s is refused: this table keeps what was recorded', tg_op, tg_relid::regclass);
end;
$$;

comment on function audit.tg_refuse_change() is
'Refuses what its triggers name (UPDATE, DELETE, TRUNCATE), also to the owner and superusers, until they remove the triggers.
Errors: JCAPP append-only.';

revoke all on function audit.tg_refuse_change() from public;

-- For each statement: under row-level security, a row trigger misses a statement that finds no row.
create trigger tg_entries__refuse_change
before update or delete or truncate on audit.entries
for each statement execute function audit.tg_refuse_change();
alter table audit.entries enable always trigger tg_entries__refuse_change;

create trigger tg_reference_changes__refuse_change
before update or delete or truncate on audit.reference_changes
for each statement execute function audit.tg_refuse_change();
alter table audit.reference_changes enable always trigger tg_reference_changes__refuse_change;

create trigger tg_status_changes__refuse_change
before update or delete or truncate on core.status_changes
for each statement execute function audit.tg_refuse_change();
alter table core.status_changes enable always trigger tg_status_changes__refuse_change;

create trigger tg_status_change_particulars__refuse_change
before update or delete or truncate on core.status_change_particulars
for each statement execute function audit.tg_refuse_change();
alter table core.status_change_particulars enable always trigger tg_status_change_particulars__refuse_change;

create trigger tg_case_details__refuse_change
before update or delete or truncate on core.case_details
for each statement execute function audit.tg_refuse_change();
alter table core.case_details enable always trigger tg_case_details__refuse_change;

create trigger tg_document_downloads__refuse_change
before update or delete or truncate on core.document_downloads
for each statement execute function audit.tg_refuse_change();
alter table core.document_downloads enable always trigger tg_document_downloads__refuse_change;

create trigger tg_document_texts__refuse_change
before update or delete or truncate on core.document_texts
for each statement execute function audit.tg_refuse_change();
alter table core.document_texts enable always trigger tg_document_texts__refuse_change;

create trigger tg_document_removals__refuse_change
before update or delete or truncate on core.document_removals
for each statement execute function audit.tg_refuse_change();
alter table core.document_removals enable always trigger tg_document_removals__refuse_change;

create trigger tg_directory_changes__refuse_change
before update or delete or truncate on auth.directory_changes
for each statement execute function audit.tg_refuse_change();
alter table auth.directory_changes enable always trigger tg_directory_changes__refuse_change;

create trigger tg_sign_ins__refuse_change
before update or truncate on auth.sign_ins
for each statement execute function audit.tg_refuse_change();
alter table auth.sign_ins enable always trigger tg_sign_ins__refuse_change;

create trigger tg_database_kind__refuse_change
before update or delete or truncate on auth.database_kind
for each statement execute function audit.tg_refuse_change();
alter table auth.database_kind enable always trigger tg_database_kind__refuse_change;

create trigger tg_restores__refuse_change
before update or delete or truncate on audit.restores
for each statement execute function audit.tg_refuse_change();
alter table audit.restores enable always trigger tg_restores__refuse_change;

create trigger tg_seals__refuse_change
before update or delete or truncate on audit.seals
for each statement execute function audit.tg_refuse_change();
alter table audit.seals enable always trigger tg_seals__refuse_change;

create trigger tg_anchors__refuse_change
before update or delete or truncate on audit.anchors
for each statement execute function audit.tg_refuse_change();
alter table audit.anchors enable always trigger tg_anchors__refuse_change;

create trigger tg_case_number_gaps__refuse_change
before update or delete or truncate on core.case_number_gaps
for each statement execute function audit.tg_refuse_change();
alter table core.case_number_gaps enable always trigger tg_case_number_gaps__refuse_change;

-- These may change within their rules, but are never removed.
create trigger tg_home__refuse_removal
before delete or truncate on auth.home
for each statement execute function audit.tg_refuse_change();
alter table auth.home enable always trigger tg_home__refuse_removal;

create trigger tg_cases__refuse_removal
before delete or truncate on core.cases
for each statement execute function audit.tg_refuse_change();
alter table core.cases enable always trigger tg_cases__refuse_removal;

create trigger tg_assignments__refuse_removal
before delete or truncate on core.assignments
for each statement execute function audit.tg_refuse_change();
alter table core.assignments enable always trigger tg_assignments__refuse_removal;

create trigger tg_assignment_particulars__refuse_removal
before delete or truncate on core.assignment_particulars
for each statement execute function audit.tg_refuse_change();
alter table core.assignment_particulars enable always trigger tg_assignment_particulars__refuse_removal;

create trigger tg_organisation_links__refuse_removal
before delete or truncate on core.organisation_links
for each statement execute function audit.tg_refuse_change();
alter table core.organisation_links enable always trigger tg_organisation_links__refuse_removal;

create trigger tg_chains__refuse_removal
before delete or truncate on audit.chains
for each statement execute function audit.tg_refuse_change();
alter table audit.chains enable always trigger tg_chains__refuse_removal;

create trigger tg_documents__refuse_removal
before delete or truncate on core.documents
for each statement execute function audit.tg_refuse_change();
alter table core.documents enable always trigger tg_documents__refuse_removal;

create trigger tg_users__refuse_removal
before delete or truncate on auth.users
for each statement execute function audit.tg_refuse_change();
alter table auth.users enable always trigger tg_users__refuse_removal;

create trigger tg_memberships__refuse_removal
before delete or truncate on auth.memberships
for each statement execute function audit.tg_refuse_change();
alter table auth.memberships enable always trigger tg_memberships__refuse_removal;

create trigger tg_claim_rules__refuse_removal
before delete or truncate on auth.claim_rules
for each statement execute function audit.tg_refuse_change();
alter table auth.claim_rules enable always trigger tg_claim_rules__refuse_removal;

-- Row triggers record changes of these; TRUNCATE would bypass them.
create trigger tg_courts__refuse_truncate
before truncate on core.courts
for each statement execute function audit.tg_refuse_change();
alter table core.courts enable always trigger tg_courts__refuse_truncate;

create trigger tg_status_transitions__refuse_truncate
before truncate on core.status_transitions
for each statement execute function audit.tg_refuse_change();
alter table core.status_transitions enable always trigger tg_status_transitions__refuse_truncate;

create trigger tg_document_types__refuse_truncate
before truncate on core.document_types
for each statement execute function audit.tg_refuse_change();
alter table core.document_types enable always trigger tg_document_types__refuse_truncate;

create trigger tg_file_types__refuse_truncate
before truncate on core.file_types
for each statement execute function audit.tg_refuse_change();
alter table core.file_types enable always trigger tg_file_types__refuse_truncate;

-- Single rows are counted up, and removed after two years.
create trigger tg_refusals__refuse_truncate
before truncate on audit.refusals
for each statement execute function audit.tg_refuse_change();
alter table audit.refusals enable always trigger tg_refusals__refuse_truncate;
