//! The operations, one file each. Each parses, names its function, and shapes the answer.

mod change_case_status;
mod change_membership;
mod create_assignment;
mod create_case;
mod delete_case;
mod delete_document;
mod download_document;
mod get_admin_only;
mod get_case;
mod get_document;
mod get_health;
mod get_live;
mod get_protected;
mod get_public_health;
mod get_ready;
mod get_reference;
mod get_session;
mod get_site_access;
mod get_upload_form;
mod link_organisation;
mod list_assignments;
mod list_case_audit;
mod list_cases;
mod list_courts;
mod list_document_versions;
mod list_documents;
mod list_organisations;
mod log_in;
mod log_in_with_claims;
mod log_out;
mod log_out_provider;
mod revoke_assignment;
mod start_log_in;
mod unlink_organisation;
mod update_case;
mod upload_document;
mod upload_documents;

use poem_openapi::{OpenApi, Tags};

pub use self::{get_case::CaseRead, list_case_audit::AuditPage, list_cases::CasePage};

#[derive(Tags)]
enum Tag {
    /// Log in, log out, and see who is logged in.
    Session,
    /// The courts, and the values that requests and answers use. A form needs them.
    Reference,
    /// Adoption cases, from the application to the outcome.
    Cases,
    /// The users who work on a case, or who apply to adopt in it.
    Assignments,
    /// The local authorities and adoption agencies that take part in a case.
    Organisations,
    /// Upload, list and download the documents of a case.
    Documents,
    /// Every change of a case: who made it, and when.
    Audit,
    /// Whether the service works.
    Health,
}

/// In the order in which the document lists them.
pub fn operations() -> impl OpenApi {
    (
        (start_log_in::Api, log_in_with_claims::Api, log_in::Api, log_out::Api, log_out_provider::Api),
        (
            get_session::Api,
            change_membership::Api,
            get_protected::Api,
            get_admin_only::Api,
            get_site_access::Api,
        ),
        (list_courts::Api, get_reference::Api),
        (create_case::Api, list_cases::Api, get_case::Api),
        (update_case::Api, change_case_status::Api, delete_case::Api),
        (create_assignment::Api, list_assignments::Api, revoke_assignment::Api),
        (link_organisation::Api, list_organisations::Api, unlink_organisation::Api),
        (list_documents::Api, list_document_versions::Api, get_document::Api, delete_document::Api),
        (get_upload_form::Api, upload_document::Api, upload_documents::Api),
        download_document::Api,
        list_case_audit::Api,
        (get_health::Api, get_public_health::Api),
        (get_live::Api, get_ready::Api),
    )
}
