//! The life of a case, by a client that progenitor generates from the API's document.

use std::{env, error::Error, fs, time::Duration};

use futures_util::TryStreamExt;
use progenitor_client::{ClientInfo, Error as Failure, ResponseValue};
use reqwest::multipart::{Form, Part};
use types::{AssignmentType, AuditAction, CaseStatus, CaseType, ErrorReason, UserRole};
use uuid::Uuid;

#[allow(clippy::all, clippy::pedantic, clippy::unwrap_used, dead_code, unused_imports)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}
use generated::{Client, types};

type Answer<T> = Result<ResponseValue<T>, Failure<types::Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let officer = sign_in("olivia.officer", UserRole::HmctsCaseOfficer).await?;
    let judge = sign_in("judge.judith", UserRole::JudgeLegalAdviser).await?;
    let adopter = sign_in("adam.adopter", UserRole::Adopter).await?;

    // An officer creates it, and assigns a judge and an applicant.
    let notes = types::CreateCaseNotes::try_from("Sibling group of two")?;
    let created = officer
        .create_case()
        .idempotency_key(Uuid::new_v4().to_string())
        .body_map(|body| body.case_type(CaseType::AgencyAdoption).notes(notes))
        .send()
        .await?;
    assert_eq!((created.status().as_u16(), created.status), (201, CaseStatus::Application));
    let id = created.id;
    for (user, assignment) in
        [("judge.judith", AssignmentType::Judicial), ("adam.adopter", AssignmentType::Applicant)]
    {
        let request = officer.create_assignment().id(id);
        request.body_map(|body| body.user_id(user.to_owned()).assignment_type(assignment)).send().await?;
    }

    // A change says which version it saw: by its ETag, or by its number.
    let read = officer.get_case().id(id).send().await?;
    assert!(read.permissions.valid_transitions.contains(&CaseStatus::Directions));
    let version = read.version;
    let etag = read.headers()["ETag"].to_str()?;
    let notes = types::UpdateCaseNotes::try_from("Placement agreed")?;
    let change = || officer.update_case().id(id).body_map(|body| body.notes(notes.clone()));
    assert_eq!(change().if_match(etag).send().await?.version, version + 1);
    refused(change().if_match(etag).send().await, 412, ErrorReason::StaleVersion);
    let stale =
        refused(change().body_map(|body| body.version(version)).send().await, 409, ErrorReason::StaleVersion);
    assert_eq!(stale.current_version, Some(version + 1));

    // The officer moves it on, but only a judge grants the order.
    let change_status = async |who: &Client, status: CaseStatus| {
        who.change_case_status().id(id).body_map(|body| body.status(status)).send().await
    };
    refused(change_status(&officer, CaseStatus::FinalHearing).await, 400, ErrorReason::InvalidTransition);
    for status in [CaseStatus::Directions, CaseStatus::ConsentAndReporting, CaseStatus::FinalHearing] {
        assert_eq!(change_status(&officer, status).await?.status, status);
    }
    refused(
        change_status(&officer, CaseStatus::OrderGranted).await,
        403,
        ErrorReason::TransitionNotPermitted,
    );
    assert_eq!(
        change_status(&judge, CaseStatus::OrderGranted).await?.previous_status,
        CaseStatus::FinalHearing
    );

    // The order is uploaded, scanned, and comes back as it was.
    let bytes = fs::read(env::var("CASEFILE_DOCUMENT")?)?;
    let uploaded = upload(&officer, id, &bytes).await?;
    assert_eq!(uploaded.status(), 201);
    let document = uploaded.json::<types::Uploaded>().await?.document_id;
    let again = upload(&officer, id, &bytes).await?.json::<types::Error>().await?;
    assert_eq!((again.reason, again.existing_document_id), (ErrorReason::DuplicateDocument, Some(document)));
    let downloaded = loop {
        match officer.download_document().id(document).send().await {
            Err(Failure::ErrorResponse(answer)) if answer.reason == ErrorReason::NotScanned => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            answer => break answer?,
        }
    };
    assert_eq!(downloaded.headers()["Content-Type"], "application/pdf");
    let downloaded: Vec<_> = downloaded.into_inner().into_inner().try_collect().await?;
    assert_eq!(downloaded.concat(), bytes);

    // A list has pages; each says where the next one begins.
    let mut seen = Vec::new();
    let mut page = officer.list_cases().page_size(2).send().await?.into_inner();
    loop {
        seen.extend(page.cases.iter().map(|case| case.id));
        let Some(cursor) = page.pagination.next_cursor else { break };
        page = officer.list_cases().page_size(2).cursor(cursor.to_string()).send().await?.into_inner();
    }
    assert_eq!(seen.first(), Some(&id));
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert!(count > 2 && seen.len() == count);

    // All that people did is in the audit trail, beside the worker's steps for the document. The newest comes first.
    let trail = judge.list_case_audit().id(id).send().await?.into_inner().entries;
    let entries: Vec<_> = trail.iter().filter(|entry| entry.action != AuditAction::DocumentStatus).collect();
    assert_eq!(entries[0].action, AuditAction::DocumentDownload);
    assert_eq!(entries[1].action, AuditAction::DocumentUpload);
    assert_eq!((entries[2].action, entries[2].actor.as_str()), (AuditAction::StatusChange, "judge.judith"));
    assert_eq!(entries.last().map(|entry| entry.action), Some(AuditAction::Create));

    // The applicant sees less of it, and not that document.
    let seen_by_adopter = adopter.get_case().id(id).send().await?;
    assert_eq!((seen_by_adopter.redacted, seen_by_adopter.status), (Some(true), CaseStatus::OrderGranted));
    assert_eq!(seen_by_adopter.notes, None);
    assert!(seen_by_adopter.history.iter().all(|change| change.by.is_none()));
    refused(adopter.download_document().id(document).send().await, 403, ErrorReason::NotYourCase);

    // Signed out, nobody reads on.
    for client in [officer, judge, adopter] {
        client.log_out().send().await?;
        refused(client.get_case().id(id).send().await, 401, ErrorReason::NoSession);
    }
    Ok(())
}

/// A client with a session, which is a cookie.
async fn sign_in(username: &str, role: UserRole) -> Result<Client, Box<dyn Error>> {
    let http = reqwest::Client::builder().cookie_store(true).build()?;
    let client = Client::new_with_client(&env::var("CASEFILE_URL")?, http);
    let request = client.log_in().body_map(|body| body.username(username.to_owned()).role(role));
    assert_eq!(&*request.send().await?.user.user_id, username);
    Ok(client)
}

/// The body of an answer that must be a refusal, for this reason.
fn refused<T>(answer: Answer<T>, status: u16, reason: ErrorReason) -> types::Error {
    match answer {
        Err(Failure::ErrorResponse(error)) => {
            assert_eq!((error.status().as_u16(), error.reason), (status, reason), "{}", error.error);
            error.into_inner()
        }
        Err(failure) => panic!("{failure}"),
        Ok(_) => panic!("not refused"),
    }
}

/// progenitor knows no forms with files.
async fn upload(client: &Client, case: Uuid, bytes: &[u8]) -> reqwest::Result<reqwest::Response> {
    let file = Part::bytes(bytes.to_vec()).file_name("Order.pdf");
    let form = Form::new().text("documentType", "court-order").part("file", file);
    let url = format!("{}/api/cases/{case}/upload-document", client.baseurl());
    client.client().post(url).multipart(form).send().await
}
