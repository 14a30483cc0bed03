//! From the bytes of the database to values, and from values to the bytes of an answer.

use casefile::counted::{AuditPage, CasePage, CaseRead, Json, fits};
use poem::{IntoResponse, Response};

use crate::{
    pieces,
    recorded::{Recorded, audit, audit_read, case, case_read, page, page_read},
};

pieces! {
    read_case(answer: Recorded = case()) -> (CaseRead, Recorded) {
        (answer.read(), answer)
    }

    read_page_of_cases(answer: Recorded = page()) -> (CasePage, Recorded) {
        (answer.read(), answer)
    }

    read_audit(answer: Recorded = audit()) -> (AuditPage, Recorded) {
        (answer.read(), answer)
    }

    // Setup before each call.
    fit_page_of_cases(answer: Recorded = page()) -> Recorded {
        fits::<CasePage>(&answer.sql_type).unwrap();
        answer
    }

    write_case(case: CaseRead = case_read()) -> Response {
        Json(case).into_response()
    }

    write_page_of_cases(page: CasePage = page_read()) -> Response {
        Json(page).into_response()
    }

    write_audit(audit: AuditPage = audit_read()) -> Response {
        Json(audit).into_response()
    }
}
