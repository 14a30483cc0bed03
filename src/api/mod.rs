//! The operations, one file for each resource. Each parses, names its function, and shapes the answer.

mod assignments;
mod case_audit;
mod case_changes;
mod cases;
mod document_download;
mod document_uploads;
mod documents;
mod health;
mod organisations;
mod probes;
mod session;
mod upload_forms;

use poem_openapi::{OpenApi, Tags};

pub use self::{
    case_audit::AuditPage,
    cases::{CasePage, CaseRead},
};

#[derive(Tags)]
enum Tag {
    /// Logging in and out, and who one is.
    Session,
    /// Adoption cases, from the application to the outcome.
    Cases,
    /// Which users work on a case, or applied for it.
    Assignments,
    /// Which local authorities and adoption agencies take part in a case.
    Organisations,
    /// The documents of a case: uploaded, scanned, read, downloaded.
    Documents,
    /// What was done with a case, by whom and when.
    Audit,
    /// Whether the service works.
    Health,
}

pub fn operations() -> impl OpenApi {
    (
        session::SessionApi,
        cases::CasesApi,
        case_changes::CaseChangesApi,
        assignments::AssignmentsApi,
        organisations::OrganisationsApi,
        documents::DocumentsApi,
        document_uploads::DocumentUploadsApi,
        document_download::DocumentDownloadApi,
        case_audit::CaseAuditApi,
        health::HealthApi,
        probes::ProbesApi,
    )
}
