//! A worker starts, works and stops.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::{
    Client, free_port, id_of, run, samples,
    workshop::{Workshop, careless_scanner, fixture, until, upload, wait_for},
};

#[test]
fn a_worker_that_cannot_start_says_why_in_one_line() {
    let database = ("WORKER_DATABASE_URL", "postgresql://a:secret@127.0.0.1:1/x");
    let (scan_off, store) = (("VIRUS_SCAN", "off"), ("DOCUMENT_STORE_URL", "file:///tmp"));
    let [test, prod] = ["TEST", "PROD"].map(|name| ("APP_ENV", name));
    for (environment, says) in [
        (&[test, scan_off][..], "TEST_WORKER_DATABASE_URL is not set"),
        (&[test, database], "CLAMD_ADDRESS is not set"),
        (&[database, scan_off, store, prod], "VIRUS_SCAN is \"off\""),
        (&[test, database, scan_off, store], "127.0.0.1:1 cannot be reached"),
    ] {
        let (output, _) = run(&["worker"], environment);
        let said = String::from_utf8(output.stderr).unwrap();
        let reason = said.lines().last().unwrap_or_default();
        assert!(!output.status.success() && reason.contains(says), "{environment:?}: {said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

#[test]
fn a_hundred_documents_through_three_workers_are_each_done_once() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    let _workers = [workshop.worker(), workshop.worker(), workshop.worker()];
    let documents: Vec<_> = (0..100)
        .map(|number| {
            let name = if number % 5 == 0 { "scan.png" } else { "text.pdf" };
            let mut bytes = fixture(name);
            bytes.extend(format!("\n% {number}\n%%EOF\n").bytes());
            upload(&officer, &case, name, &bytes)
        })
        .collect();

    for document in &documents {
        wait_for(&officer, document, "clean", "complete");
        assert_eq!(workshop.recorded(document), ["clean processing", "complete"]);
        assert!(workshop.text_of(document).unwrap().contains("the"));
    }
    let database = &workshop.database;
    assert_eq!(database.count("select count(*) from core.document_texts", &[]), 100);
    assert_eq!(database.count("select count(*) from core.document_jobs", &[]), 0);
    // For each: the scan's finding, the text, and that it is read.
    let by_workers = "select count(*) from audit.entries where actor = 'document_processor'";
    assert_eq!(database.count(by_workers, &[]), 300);
}

#[test]
fn a_worker_outlives_the_loss_of_its_connection() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    let _worker = workshop.worker();
    let first = upload(&officer, &case, "a.docx", &samples::docx());
    wait_for(&officer, &first, "clean", "not-applicable");
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and application_name = 'casefile worker'";
    assert_eq!(workshop.database.count(cut, &[]), 1);
    let second = upload(&officer, &case, "b.docx", &samples::docx());
    wait_for(&officer, &second, "clean", "not-applicable");
}

#[test]
fn a_worker_continues_after_sighup_and_logs_numbers_as_numbers() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let worker = workshop.worker_with(&[("LOG_FORMAT", "json")]);
    until("it waits", || worker.log().contains("waiting"));
    worker.send_signal("HUP");
    until("it says so", || worker.log().contains("SIGHUP"));
    let document = upload(&officer, &officer.create_case(), "a.docx", &samples::docx());
    wait_for(&officer, &document, "clean", "not-applicable");
    until("it is done", || worker.log().contains("\"done\""));
    let lines: Vec<Value> = worker.log().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let done = lines.iter().find(|line| line["message"] == "done").unwrap();
    for field in ["milliseconds", "attempt"] {
        assert!(done[field].is_number(), "{field}: {done}");
    }
}

#[test]
fn a_draining_worker_is_not_ready_and_claims_nothing() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let admin = free_port();
    let port = admin.to_string();
    let mut worker = workshop.worker_with(&[("ADMIN_PORT", &port), ("DRAIN_SECONDS", "2")]);
    let admin = Client::of(admin);
    until("it is ready", || {
        worker.log().contains("waiting") && admin.request("GET", "/ready").run().status == 200
    });
    let from = Instant::now();
    worker.send_signal("TERM");
    until("it is not ready", || admin.request("GET", "/ready").run().status == 503);
    let document = upload(&officer, &officer.create_case(), "a.docx", &samples::docx());
    thread::sleep(Duration::from_millis(500));
    assert_eq!(admin.request("GET", "/live").run().status, 200);
    assert_eq!(admin.request("GET", "/ready").run().json["reason"], "it has been told to stop");
    assert!(worker.wait().success());
    assert!(from.elapsed() >= Duration::from_secs(2));
    assert_eq!(officer.document(id_of(&document))["virusScanStatus"], "pending");
}

#[test]
fn a_worker_that_is_told_to_stop_does_not_leave_its_document_half_done() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let mut worker = workshop.worker();
    let document = upload(&officer, &officer.create_case(), "scan.png", &fixture("scan.png"));
    workshop.until_being_read(&document);
    worker.send_signal("TERM");
    assert!(worker.wait().success());
    assert_eq!(workshop.recorded(&document), ["clean processing", "complete"]);
}

#[test]
fn a_worker_that_is_told_to_stop_gives_back_what_takes_too_long() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let mut worker = workshop.worker_with(&[("CLAMD_ADDRESS", &careless_scanner(None))]);
    let document = upload(&officer, &officer.create_case(), "a.docx", &samples::docx());
    until("it is taken", || {
        workshop.database.count("select count(*) from core.document_jobs where lease is not null", &[]) == 1
    });
    worker.send_signal("TERM");
    assert!(worker.wait().success());
    let free = "select count(*) from core.document_jobs where lease is null and attempts = 0";
    assert_eq!(workshop.database.count(free, &[]), 1);
    let _worker = workshop.worker();
    wait_for(&officer, &document, "clean", "not-applicable");
}

#[test]
fn the_bytes_of_an_abandoned_upload_are_removed() {
    let workshop = Workshop::new();
    let officer = workshop.officer();
    let case = officer.create_case();
    let kept = upload(&officer, &case, "kept.pdf", &samples::pdf());
    let left = upload(&officer, &case, "left.pdf", &samples::pdf());
    let (kept_bytes, left_bytes) = (workshop.stored(&kept), workshop.stored(&left));
    // As if its server had been killed an hour ago, before the last step.
    workshop.database.execute(&format!(
        "alter table core.documents disable trigger user;
         delete from core.document_jobs where document_id = '{0}';
         update core.documents
         set upload_status = 'uploading', uploaded_at = now() - interval '61 minutes', version = null
         where id = '{0}';
         alter table core.documents enable always trigger tg_documents__guard;
         alter table core.documents enable always trigger tg_documents__audit",
        id_of(&left)
    ));
    let staged = left_bytes.with_file_name(format!("{}#1", id_of(&left)));
    fs::write(&staged, "half").unwrap();

    let _worker = workshop.worker();
    until("the bytes are gone", || !left_bytes.exists() && !staged.exists());
    officer.get(&format!("/api/documents/{}", id_of(&left))).refused(404, "NOT_FOUND");
    let failed = "select count(*) from core.documents where id::text = $1 and upload_status = 'failed'";
    assert_eq!(workshop.database.count(failed, &[&id_of(&left)]), 1);
    assert!(kept_bytes.exists());
    until("the removal is known", || {
        workshop.database.count("select count(*) from core.document_removals", &[]) == 1
    });
}
