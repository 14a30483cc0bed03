//! Workers that are killed.

use std::{thread, time::Duration};

use crate::support::{
    samples,
    workshop::{Workshop, careless_scanner, fixture, until, upload, wait_for},
};

const SHORT: (&str, &str) = ("WORKER_LEASE_SECONDS", "4");

#[test]
fn a_document_is_scanned_again_when_its_worker_was_killed() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let victim = workshop.worker_with(&[SHORT, ("CLAMD_ADDRESS", &careless_scanner(None))]);
    let document = upload(&officer, &officer.create_case(), "a.docx", &samples::docx());
    let taken = "select count(*) from core.document_jobs where lease is not null";
    until("it is taken", || workshop.database.count(taken, &[]) == 1);
    victim.send_signal("KILL");

    let _heir = workshop.worker_with(&[SHORT]);
    assert_eq!(workshop.database.count(taken, &[]), 1, "nobody else may take it yet");
    wait_for(&officer, &document, "clean", "not-applicable");
    assert_eq!(workshop.recorded(&document), ["clean"]);
}

#[test]
fn a_document_is_read_again_but_not_scanned_again_when_its_worker_was_killed() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let victim = workshop.worker_with(&[SHORT]);
    let document = upload(&officer, &officer.create_case(), "scanned.pdf", &fixture("scanned.pdf"));
    workshop.until_being_read(&document);
    victim.send_signal("KILL");
    assert_eq!(workshop.text_of(&document), None);

    let _heir = workshop.worker_with(&[SHORT]);
    wait_for(&officer, &document, "clean", "complete");
    assert_eq!(workshop.recorded(&document), ["clean processing", "complete"]);
    assert!(workshop.text_of(&document).unwrap().contains("Prospective adopter report"));
}

#[test]
fn a_document_whose_result_is_being_recorded_cannot_be_claimed_even_if_its_claim_has_ended() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    upload(&officer, &officer.create_case(), "a.docx", &samples::docx());
    let [mut slow, mut next] = [(); 2].map(|()| workshop.database.superuser_of_its_own());
    slow.batch_execute("select worker.claim_document(1)").unwrap();
    slow.batch_execute(
        "begin; select worker.hold_lease(j.document_id, j.lease) from core.document_jobs as j",
    )
    .unwrap();
    thread::sleep(Duration::from_millis(1200));
    let mut claimed = || -> bool {
        next.query_one("select (worker.claim_document()).document_id is not null", &[]).unwrap().get(0)
    };
    assert!(!claimed(), "its result is being recorded");
    slow.batch_execute("rollback").unwrap();
    assert!(claimed(), "nobody records it any more");
}
