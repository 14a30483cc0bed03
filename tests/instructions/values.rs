//! From the bytes of the database to values, and from values to the bytes of an answer.

use casefile::counted::{AuditPage, CasePage, CaseRead, Json, fits};
use gungraun::{library_benchmark, library_benchmark_group};
use poem::{IntoResponse, Response};

use super::recorded::{Recorded, audit, audit_read, case, case_read, page, page_read};

#[library_benchmark]
#[bench::once(setup = case)]
fn read_case(answer: Recorded) -> (CaseRead, Recorded) {
    (answer.read(), answer)
}

#[library_benchmark]
#[bench::once(setup = page)]
fn read_page_of_cases(answer: Recorded) -> (CasePage, Recorded) {
    (answer.read(), answer)
}

#[library_benchmark]
#[bench::once(setup = audit)]
fn read_audit(answer: Recorded) -> (AuditPage, Recorded) {
    (answer.read(), answer)
}

// What happens before each call.
#[library_benchmark]
#[bench::once(setup = page)]
fn fit_page_of_cases(answer: Recorded) -> Recorded {
    fits::<CasePage>(&answer.sql_type).unwrap();
    answer
}

#[library_benchmark]
#[bench::once(setup = case_read)]
fn write_case(case: CaseRead) -> Response {
    Json(case).into_response()
}

#[library_benchmark]
#[bench::once(setup = page_read)]
fn write_page_of_cases(page: CasePage) -> Response {
    Json(page).into_response()
}

#[library_benchmark]
#[bench::once(setup = audit_read)]
fn write_audit(audit: AuditPage) -> Response {
    Json(audit).into_response()
}

library_benchmark_group!(
    name = answers,
    benchmarks = [
        read_case,
        read_page_of_cases,
        read_audit,
        fit_page_of_cases,
        write_case,
        write_page_of_cases,
        write_audit
    ]
);
