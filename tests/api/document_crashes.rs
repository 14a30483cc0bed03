//! Uploads that break off: the client goes, the server is killed, or the store fails.

use std::{
    fs,
    io::Write,
    net::TcpStream,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::{Client, Form, Server, Stage, documents_of, id_of, samples};

const MIB: usize = 1024 * 1024;
/// Not `pg_stat_activity`, which is the same until the end of a transaction.
const WAITING: &str = "from pg_locks where not granted and relation = 'core.document_jobs'::regclass
    and database = (select oid from pg_database where datname = current_database())";
const PATIENCE: Duration = Duration::from_secs(10);

fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "in vain: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn upload(client: &Client, case: &Value, bytes: &[u8]) -> Option<(u16, Value)> {
    let form = Form::new().file("file", "a.pdf", bytes).text("documentType", "court-order");
    client.request("POST", &format!("/api/cases/{}/upload-document", id_of(case))).form(form).try_send()
}

fn documents(client: &Client, case: &Value) -> Vec<Value> {
    let list = client.get(&format!("/api/cases/{}/documents", id_of(case))).succeeded(200);
    list["documents"].as_array().unwrap().clone()
}

/// The one upload of the case is no document, and the same can be uploaded again. The sweep ends it.
fn assert_unfinished(stage: &Stage, officer: &Client, case: &Value, bytes: &[u8]) {
    assert_eq!(documents(officer, case), [] as [Value; 0]);
    let uploading =
        "select count(*) from core.documents where case_id::text = $1 and upload_status = 'uploading'";
    assert_eq!(stage.database().count(uploading, &[&id_of(case)]), 1);
    let swept = "with swept as materialized (select * from worker.sweep(0)) select count(*) from swept where case_id::text = $1";
    assert_eq!(stage.database().count(swept, &[&id_of(case)]), 1);
    assert_eq!(stage.database().count(uploading, &[&id_of(case)]), 0);
    let again = officer.upload(id_of(case), "a.pdf", bytes).succeeded(201);
    assert_eq!(officer.document(again["documentId"].as_str().unwrap())["version"], 1);
}

#[test]
fn a_server_killed_before_an_upload_is_complete_leaves_it_uploading() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let bytes = samples::pdf_of(MIB);
    let victim = Server::start(&stage.database().url);
    let client = officer.at(&victim);

    let waiting = || stage.database().count(&format!("select count(*) {WAITING}"), &[]);

    // The last step waits for the queue, and dies with the server, as in a loss of power.
    stage.database().execute("begin; lock table core.document_jobs in exclusive mode");
    thread::scope(|scope| {
        let uploading = scope.spawn(|| upload(&client, &case, &bytes));
        until("the bytes are stored", || stage.stored(None).iter().any(|path| !is_staged(path)));
        until("the last step waits", || waiting() == 1);
        victim.send_signal("KILL");
        assert!(uploading.join().unwrap().is_none());
    });
    stage.database().execute(&format!("select pg_terminate_backend(pid) {WAITING}"));
    until("the last step is gone", || waiting() == 0);
    stage.database().execute("rollback");
    assert_unfinished(&stage, &officer, &case, &bytes);
}

#[test]
fn a_server_killed_while_it_stores_leaves_nothing_that_looks_like_a_document() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let bytes = samples::pdf_of(20 * MIB);
    // It may have finished before it is killed.
    for _ in 0..20 {
        let case = officer.create_case();
        let victim = Server::start(&stage.database().url);
        let client = officer.at(&victim);
        let answer = thread::scope(|scope| {
            let uploading = scope.spawn(|| upload(&client, &case, &bytes));
            until("the first bytes are stored", || !stage.stored(Some(id_of(&case))).is_empty());
            victim.send_signal("KILL");
            uploading.join().unwrap()
        });
        let stored = stage.stored(Some(id_of(&case)));
        if answer.is_none() && stored.iter().all(|path| is_staged(path)) {
            assert_eq!(stored.len(), 1);
            return assert_unfinished(&stage, &officer, &case, &bytes);
        }
    }
    panic!("never killed in time");
}

#[test]
fn a_client_that_is_gone_leaves_nothing() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let (content_type, form) = Form::new().file("file", "a.pdf", &samples::pdf_of(10 * MIB)).end();
    let head = format!(
        "POST /api/cases/{}/upload-document HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        id_of(&case),
        officer.cookie.as_ref().unwrap(),
        form.len(),
    );
    let mut connection = TcpStream::connect(("127.0.0.1", officer.port)).unwrap();
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(&form[..5 * MIB]).unwrap();
    until("the file is on its way", || temporary_files(&stage) == 1);
    drop(connection);
    until("the temporary file is gone", || temporary_files(&stage) == 0);
    assert_eq!(documents(&officer, &case).len(), 0);
}

#[test]
fn a_failing_store_is_answered_with_503() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let folder = documents_of(&stage.database().url);
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "in the way").unwrap();
    officer.upload(id_of(&case), "a.pdf", &samples::pdf()).refused(503, "UNAVAILABLE");
    let form = Form::new().file("files", "b.pdf", &samples::pdf()).text("documentType", "court-order");
    let path = format!("/api/cases/{}/upload-documents/bulk", id_of(&case));
    let refusal = officer.request("POST", &path).form(form).send().refused(503, "UNAVAILABLE");
    assert_eq!(refusal["results"][0]["code"], "UNAVAILABLE");
    assert_eq!(documents(&officer, &case), [] as [Value; 0]);
    fs::remove_file(&folder).unwrap();
    officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
}

/// A file that is not a document yet.
fn is_staged(path: &Path) -> bool {
    path.to_str().unwrap().contains('#')
}

/// How many files the server has open that have no name any more.
fn temporary_files(stage: &Stage) -> usize {
    let open = fs::read_dir(format!("/proc/{}/fd", stage.server().process_id())).unwrap();
    open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter(|target| target.to_str().is_some_and(|target| target.ends_with(" (deleted)")))
        .count()
}
