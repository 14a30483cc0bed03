//! Workers that are killed.

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
