//! Text from documents, by the real Tesseract and Poppler.

use std::{thread, time::Duration};

use serde_json::json;

use crate::support::{
    id_of, samples,
    workshop::{Tools, Workshop, fixture, until, upload, wait_for},
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
fn a_document_that_cannot_be_read_fails_after_some_attempts_and_delays_no_other() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    let broken = upload(&officer, &case, "broken.pdf", &samples::pdf());
    let locked = upload(&officer, &case, "locked.pdf", &fixture("locked.pdf"));
    let _worker = workshop.worker();
    let good = upload(&officer, &case, "text.pdf", &fixture("text.pdf"));
    wait_for(&officer, &good, "clean", "complete");

    until("five attempts", || {
        workshop.hurry();
        workshop.database.count("select count(*) from core.document_jobs", &[]) == 0
    });
    for document in [broken, locked] {
        let document = wait_for(&officer, &document, "clean", "failed");
        let reason = document["ocrFailureReason"].as_str().unwrap();
        assert!(reason.starts_with("pdfinfo cannot read the document"), "{reason}");
        assert_eq!(workshop.recorded(&document), ["clean processing", "failed"]);
    }
}

#[test]
fn a_worker_waits_for_its_tools_and_scans_all_the_same() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let tools = Tools::new();
    let document = upload(&officer, &officer.create_case(), "scan.png", &fixture("scan.png"));
    let _worker = workshop.worker_with(&[("PATH", &tools.path())]);
    wait_for(&officer, &document, "clean", "processing");
    thread::sleep(Duration::from_secs(2));
    let untried = "select count(*) from core.document_jobs where attempts = 0 and lease is null";
    assert_eq!(workshop.database.count(untried, &[]), 1, "the document is blamed for the tools");
    tools.install();
    wait_for(&officer, &document, "clean", "complete");
}

#[test]
fn all_that_is_on_a_page_is_read_whichever_way_it_lies() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    let order = &["ORDER OF THE FAMILY COURT", "District Judge Smithers", "file a statement"][..];
    let expected = [
        ("upright.jpg", order, 1, 1),
        ("exif6.jpg", order, 1, 1),
        ("scan_rot90.tif", order, 1, 1),
        ("scan_stamped.pdf", &["ORDER OF THE FAMILY COURT", "file a statement", "Page A12"], 1, 1),
        ("scan_and_square.pdf", order, 2, 2),
        ("square_page.pdf", &[], 1, 1),
        ("bad_page.tif", &["Prospective adopter report"], 2, 1),
    ];
    let documents = expected.map(|(name, ..)| upload(&officer, &case, name, &fixture(name)));

    let _worker = workshop.worker();
    for (document, (name, words, pages, read)) in documents.iter().zip(expected) {
        let document = wait_for(&officer, document, "clean", "complete");
        let text = workshop.text_of(&document).unwrap();
        for word in words {
            assert!(text.contains(word), "{name} without {word:?}: {text}");
        }
        assert_eq!(
            (&document["ocrPageCount"], &document["ocrPagesRead"]),
            (&json!(pages), &json!(read)),
            "{name}"
        );
    }
}

#[test]
fn a_document_that_takes_too_long_is_not_tried_again() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    // The kernel does this to a program out of time.
    let tools = Tools::with_tesseract("kill -XCPU $$");
    let _worker = workshop.worker_with(&[("PATH", &tools.path())]);
    let document = upload(&officer, &case, "scan.png", &fixture("scan.png"));
    let document = wait_for(&officer, &document, "clean", "failed");
    assert_eq!(document["ocrFailureReason"], "tesseract takes too long");
    assert_eq!(workshop.recorded(&document), ["clean processing", "failed"]);
}

#[test]
fn a_document_whose_reading_failed_is_read_again_on_request() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    let [first, second] =
        ["scan.png", "scanned.pdf"].map(|name| upload(&officer, &case, name, &fixture(name)));
    {
        let tools = Tools::with_tesseract("kill -XCPU $$");
        let _worker = workshop.worker_with(&[("PATH", &tools.path())]);
        wait_for(&officer, &first, "clean", "failed");
        wait_for(&officer, &second, "clean", "complete");
    }
    let said = workshop.read_again(&[id_of(&first), id_of(&second)]);
    assert!(said.contains("1 document is read again.") && said.contains(id_of(&second)), "{said}");
    let again = wait_for(&officer, &first, "clean", "processing");
    assert!(again["ocrFailureReason"].is_null() && again["ocrCompletedAt"].is_null(), "{again}");
    assert!(workshop.read_again(&[]).contains("0 documents are read again."));

    let _worker = workshop.worker();
    wait_for(&officer, &first, "clean", "complete");
    assert_eq!(workshop.recorded(&first)[1..3], ["failed", "processing"]);
}
