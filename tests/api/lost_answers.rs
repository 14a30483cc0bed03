//! A write that is committed, but whose answer never arrives: a client that asks again under the same Idempotency-Key
//! gets it, from any server, and nothing happens twice.

use std::{io::Write, net::TcpStream, thread};

use serde_json::{Value, json};

use crate::support::{Answer, Client, Form, Server, Stage, id_of, samples, workshop::until};

/// From now on, commits that write this table take a while.
fn slow_down(stage: &Stage, table: &str, seconds: f32) {
    stage.database().execute(&format!(
        "create or replace function public.dawdle() returns trigger language plpgsql as
           'begin perform pg_catalog.pg_sleep({seconds}); return null; end';
         create constraint trigger dawdle after insert or update on {table}
           deferrable initially deferred for each row execute function public.dawdle();"
    ));
}

/// One that lets them: a row that is written twice takes twice as long.
fn patient_server(stage: &Stage) -> Server {
    Server::start(&format!("{}&options=-c%20statement_timeout%3D20s", stage.database().url))
}

fn commits_under_way(stage: &Stage) -> i64 {
    stage.database().count(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep' and state = 'active'",
        &[],
    )
}

/// Waits for the commit to begin, loses its answer, and waits for its end.
fn lose_answer(stage: &Stage, lose: impl FnOnce()) {
    until("it commits", || commits_under_way(stage) == 1);
    lose();
    assert_eq!(commits_under_way(stage), 1, "it is committed too soon");
    until("it has committed", || commits_under_way(stage) == 0);
}

/// The requests to a stage, and how often each has happened.
fn writes(officer: &Client) -> [(&'static str, String, Value, &'static str); 3] {
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    [
        ("POST", "/api/cases".to_owned(), json!({"caseType": "STEP_PARENT_ADOPTION"}), "CREATE"),
        ("PATCH", path.clone(), json!({"notes": "n", "version": 1}), "UPDATE"),
        ("PATCH", format!("{path}/status"), json!({"status": "DIRECTIONS", "version": 2}), "STATUS_CHANGE"),
    ]
}

fn happened(stage: &Stage, action: &str) -> i64 {
    let sql = "select count(*) from audit.entries where action::text = $1";
    stage.database().count(sql, &[&action])
}

fn ask_again(client: &Client, (method, path, body): (&str, &str, &Value)) -> Answer {
    client.request(method, path).header("Idempotency-Key", path).json(body).send()
}

#[test]
fn the_lost_answer_of_a_killed_server_can_be_asked_for() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let writes = writes(&officer);
    slow_down(&stage, "core.cases", 1.5);
    for (method, path, body, action) in &writes {
        let before = happened(&stage, action);
        let victim = patient_server(&stage);
        let client = officer.at(&victim);
        thread::scope(|scope| {
            let asking = scope
                .spawn(|| client.request(method, path).header("Idempotency-Key", path).json(body).try_send());
            lose_answer(&stage, || victim.send_signal("KILL"));
            assert!(asking.join().unwrap().is_none());
        });
        assert_eq!(happened(&stage, action), before + 1, "{action}");
        let answer = ask_again(&officer, (method, path, body));
        assert!(matches!(answer.status, 200 | 201), "{action}: {}", answer.text);
        assert_eq!(happened(&stage, action), before + 1, "{action}");
        assert_eq!(officer.read_case(id_of(&answer.json))["version"], answer.json["version"]);
    }
}

#[test]
fn a_client_that_is_cut_off_can_ask_for_its_lost_answer() {
    let stage = Stage::alone();
    let (server, another_server) = (patient_server(&stage), Server::start(&stage.database().url));
    let officer = stage.officer().at(&server);
    let writes = writes(&officer);
    slow_down(&stage, "core.cases", 1.0);
    for (method, path, body, action) in &writes {
        let (before, body_text) = (happened(&stage, action), body.to_string());
        let mut connection = TcpStream::connect(("127.0.0.1", officer.port)).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nContent-Type: application/json\r\n\
             Idempotency-Key: {path}\r\nContent-Length: {}\r\n\r\n",
            officer.cookie.as_ref().unwrap(),
            body_text.len()
        );
        connection.write_all(format!("{head}{body_text}").as_bytes()).unwrap();
        lose_answer(&stage, || drop(connection));

        let answer = ask_again(&officer.at(&another_server), (method, path, body));
        assert!(matches!(answer.status, 200 | 201), "{action}: {}", answer.text);
        assert_eq!(happened(&stage, action), before + 1, "{action}");
    }
}

#[test]
fn the_lost_answer_of_a_slow_commit_can_be_asked_for() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let writes = writes(&officer);
    slow_down(&stage, "core.case_details", 2.2);
    let server = patient_server(&stage);
    let officer = officer.at(&server);
    let (method, path, body, action) = &writes[1];
    let asked = (*method, path.as_str(), body);
    ask_again(&officer, asked).refused(503, "OUTCOME_UNKNOWN");
    assert_eq!(commits_under_way(&stage), 1);
    // It waits for the first, which is still at it.
    let answer = ask_again(&officer, asked).succeeded(200);
    assert_eq!((happened(&stage, action), &answer["version"]), (1, &json!(2)));
}

#[test]
fn the_lost_answer_of_an_ended_database_connection_can_be_asked_for() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let writes = writes(&officer);
    slow_down(&stage, "core.cases", 0.3);
    for (method, path, body, action) in &writes {
        let before = happened(&stage, action);
        thread::scope(|scope| {
            let asking = scope.spawn(|| ask_again(&officer, (method, path, body)));
            until("it commits", || commits_under_way(&stage) == 1);
            stage.database().execute(
                "select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and wait_event = 'PgSleep' and state = 'active'",
            );
            asking.join().unwrap().refused(503, "OUTCOME_UNKNOWN");
        });
        let answer = ask_again(&officer, (method, path, body));
        assert!(matches!(answer.status, 200 | 201), "{action}: {}", answer.text);
        assert_eq!(happened(&stage, action), before + 1, "{action}");
    }
}

#[test]
fn the_lost_answer_of_an_upload_to_a_killed_server_can_be_asked_for() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/upload-document", id_of(&case));
    let form = Form::new().file("file", "a.pdf", &samples::pdf()).text("documentType", "court-order");
    let upload = |client: &Client| {
        client.request("POST", &path).header("Idempotency-Key", "upload").form(form.clone())
    };
    slow_down(&stage, "core.document_jobs", 1.5);
    let victim = patient_server(&stage);
    let client = officer.at(&victim);
    thread::scope(|scope| {
        let uploading = scope.spawn(|| upload(&client).try_send());
        lose_answer(&stage, || victim.send_signal("KILL"));
        assert!(uploading.join().unwrap().is_none());
    });

    let answer = upload(&officer).send().succeeded(201);
    let list = officer.get(&format!("/api/cases/{}/documents", id_of(&case))).succeeded(200);
    assert_eq!(list["documents"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list["documents"][0]["id"], answer["documentId"]);
    assert_eq!(list["documents"][0]["uploadStatus"], "complete");
    assert_eq!(stage.stored(Some(id_of(&case))).len(), 1);
}
