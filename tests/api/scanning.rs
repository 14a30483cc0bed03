//! The virus scan's findings, and the downloads after it.

use std::{thread, time::Duration};

use crate::support::{
    Client, free_port, id_of, samples,
    workshop::{Tools, Workshop, careless_scanner, download, fixture, infected_pdf, until, upload, wait_for},
};

#[test]
fn an_infected_document_is_never_served() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    let document = upload(&officer, &case, "a.pdf", &infected_pdf());
    download(&officer, &document).refused(409, "CONFLICT");

    let _worker = workshop.worker();
    let document = wait_for(&officer, &document, "infected", "not-applicable");
    assert!(document["virusScanCompletedAt"].is_string());
    download(&officer, &document).refused(403, "FORBIDDEN");
    assert_eq!(workshop.text_of(&document), None);
    assert_eq!(workshop.recorded(&document), ["infected not-applicable"]);
}

#[test]
fn a_clean_document_is_served_even_before_it_is_read() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    let document = upload(&officer, &case, "a.docx", &samples::docx());
    let unreadable = upload(&officer, &case, "a.pdf", &samples::pdf());

    let _worker = workshop.worker();
    let document = wait_for(&officer, &document, "clean", "not-applicable");
    assert_eq!(workshop.recorded(&document), ["clean"]);
    wait_for(&officer, &unreadable, "clean", "processing");
    assert_eq!(download(&officer, &unreadable).status, 200);
}

#[test]
fn scanning_does_not_wait_for_reading() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    let tools = Tools::with_tesseract("sleep 300");
    let _worker = workshop.worker_with(&[("PATH", &tools.path())]);
    let slow = upload(&officer, &case, "scan.png", &fixture("scan.png"));
    workshop.until_being_read(&slow);
    let quick = upload(&officer, &case, "text.pdf", &fixture("text.pdf"));
    wait_for(&officer, &quick, "clean", "processing");
    assert_eq!(download(&officer, &quick).status, 200);
    wait_for(&officer, &slow, "clean", "processing");
}

#[test]
fn without_a_scanner_documents_are_skipped_where_that_is_allowed() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let document = upload(&officer, &officer.create_case(), "a.pdf", &samples::pdf());
    let _worker = workshop.worker_with(&[("VIRUS_SCAN", "off"), ("CLAMD_ADDRESS", "")]);
    wait_for(&officer, &document, "skipped", "processing");
    assert_eq!(download(&officer, &document).status, 200);
}

#[test]
fn documents_wait_for_a_scanner_that_is_away() {
    let mut workshop = Workshop::new();
    workshop.clamd.stop();
    let admin = Client::of(free_port());
    let port = admin.port.to_string();
    let _worker = workshop.worker_with(&[("ADMIN_PORT", &port)]);
    let officer = workshop.officer();
    let document = upload(&officer, &officer.create_case(), "a.docx", &samples::docx());
    thread::sleep(Duration::from_secs(2));
    let untried = "select count(*) from core.document_jobs where attempts = 0 and lease is null";
    assert_eq!(workshop.database.count(untried, &[]), 1, "the document is blamed for the scanner");
    assert_eq!(officer.document(id_of(&document))["virusScanStatus"], "pending");
    download(&officer, &document).refused(409, "CONFLICT");
    let of_worker = |path: &str| admin.request("GET", path).run();
    let ready = of_worker("/ready");
    assert!(ready.status == 503 && ready.text.contains("scan: "), "{}", ready.text);
    assert_eq!(of_worker("/live").status, 200);

    workshop.clamd.start_again();
    wait_for(&officer, &document, "clean", "not-applicable");
    assert_eq!(of_worker("/ready").status, 200);
    let figures = of_worker("/metrics").text;
    assert!(figures.contains("casefile_jobs_total{outcome=\"done\",task=\"scan\"} 1"), "{figures}");
    assert!(figures.contains("casefile_scans_total{verdict=\"clean\"} 1"), "{figures}");
    assert!(figures.contains("casefile_scan_seconds_count 1"), "{figures}");
    assert!(figures.contains("casefile_ready 1"), "{figures}");
}

#[test]
fn a_virus_deep_in_archives_is_found() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let mut bytes = infected_pdf();
    for _ in 0..20 {
        bytes = samples::zip(&[("a.zip", &bytes)]);
    }
    let docx = samples::zip(&[
        ("[Content_Types].xml", samples::CONTENT_TYPES.as_bytes()),
        ("word/document.xml", b"text"),
        ("word/media/a.zip", &bytes),
    ]);
    let worker = workshop.worker();
    let document = upload(&officer, &officer.create_case(), "a.docx", &docx);
    wait_for(&officer, &document, "infected", "not-applicable");
    assert!(!worker.log().contains("AlertExceedsMax"), "{}", worker.log());
}

#[test]
fn a_worker_says_so_if_the_scanner_does_not_look_into_archives() {
    let workshop = Workshop::new();
    for (verdict, says) in [("stream: OK", "it says OK"), ("stream: limit ERROR", "limit ERROR")] {
        let worker = workshop.worker_with(&[("CLAMD_ADDRESS", &careless_scanner(Some(verdict)))]);
        until("it says so", || worker.log().contains("AlertExceedsMax yes") && worker.log().contains(says));
    }
}
