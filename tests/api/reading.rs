//! What is read from documents, by the real Tesseract and Poppler.

use crate::support::{
    samples,
    workshop::{Workshop, fixture, until, upload, wait_for},
};

#[test]
fn words_are_read_from_pictures_and_from_every_kind_of_page() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    let read = |name: &str| (name.to_owned(), upload(&officer, &case, name, &fixture(name)));
    let documents = ["scan.png", "two-pages.tiff", "text.pdf", "scanned.pdf"].map(read);

    let _worker = workshop.worker();
    for ((name, document), words) in documents.into_iter().zip([
        &["Prospective adopter report", "live in Birmingham", "since May."][..],
        &["Prospective adopter report", "Second page of the report", "recommends the match."],
        &["Placement plan", "The child moves in on the first of September."],
        &["Covering letter with a text layer", "Prospective adopter report"],
    ]) {
        wait_for(&officer, &document, "clean", "complete");
        let text = workshop.text_of(&document).unwrap();
        for word in words {
            assert!(text.contains(word), "{name} without {word:?}: {text}");
        }
        assert_eq!(workshop.recorded(&document), ["clean processing", "complete"]);
    }
}

#[test]
fn what_cannot_be_read_fails_after_some_attempts_and_holds_nobody_up() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    let broken = upload(&officer, &case, "broken.pdf", &samples::pdf());
    let locked = upload(&officer, &case, "locked.pdf", &fixture("locked.pdf"));
    let worker = workshop.worker();
    let good = upload(&officer, &case, "text.pdf", &fixture("text.pdf"));
    wait_for(&officer, &good, "clean", "complete");

    until("five attempts", || {
        workshop.hurry();
        workshop
            .database
            .count("select count(*) from core.document_jobs where attempts = 5 and lease is null", &[])
            == 2
    });
    drop(worker);
    let _sweeper = workshop.worker();
    for document in [broken, locked] {
        let document = wait_for(&officer, &document, "clean", "failed");
        let reason = document["ocrFailureReason"].as_str().unwrap();
        assert!(reason.starts_with("pdftotext cannot read the document"), "{reason}");
        assert_eq!(workshop.recorded(&document), ["clean processing", "failed"]);
    }
    assert_eq!(workshop.database.count("select count(*) from core.document_jobs", &[]), 0);
}

#[test]
fn without_its_tools_a_worker_says_what_is_missing_and_scans_all_the_same() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let document = upload(&officer, &officer.create_case(), "scan.png", &fixture("scan.png"));
    let _worker = workshop.worker_with(&[("PATH", "/nonexistent")]);
    wait_for(&officer, &document, "clean", "processing");
    until("five attempts", || {
        workshop.hurry();
        let reason = "select count(*) from core.document_jobs where attempts = 5 and last_failure = 'tesseract is not installed'";
        workshop.database.count(reason, &[]) == 1
    });
}
