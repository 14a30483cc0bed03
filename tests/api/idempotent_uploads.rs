//! An upload that is repeated under its Idempotency-Key, file for file.

use serde_json::{Value, json};

use crate::support::{Answer, Client, Form, Stage, at_once, id_of, samples};

fn upload(client: &Client, case: &Value, key: &str, form: Form) -> Answer {
    let path = format!("/api/cases/{}/upload-document", id_of(case));
    client.request("POST", &path).header("Idempotency-Key", key).form(form).send()
}

fn upload_all(client: &Client, case: &Value, key: &str, form: Form) -> Answer {
    let path = format!("/api/cases/{}/upload-documents/bulk", id_of(case));
    client.request("POST", &path).header("Idempotency-Key", key).form(form).send()
}

fn of_file(form: Form, bytes: &[u8]) -> Form {
    form.file("file", "a.pdf", bytes).text("documentType", "court-order")
}

fn documents(client: &Client, case: &Value) -> Vec<Value> {
    let list = client.get(&format!("/api/cases/{}/documents", id_of(case))).succeeded(200);
    list["documents"].as_array().unwrap().clone()
}

/// That many documents, all of them complete, and their bytes.
#[track_caller]
fn assert_uploaded(stage: &Stage, client: &Client, case: &Value, count: usize) {
    let found = documents(client, case);
    let complete = found.iter().filter(|document| document["uploadStatus"] == "complete").count();
    assert_eq!((complete, found.len()), (count, count), "{found:?}");
    assert_eq!(stage.stored(Some(id_of(case))).len(), count);
}

#[test]
fn a_file_is_uploaded_once_and_each_time_the_answer_is_the_same() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let bytes = samples::pdf();
    let first = upload(&officer, &case, "key", of_file(Form::new(), &bytes)).succeeded(201);
    for boundary in ["----another", "----and-another"] {
        let again = upload(&officer, &case, "key", of_file(Form::bounded_by(boundary), &bytes));
        assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
        assert_eq!(again.succeeded(201), first);
    }
    assert_uploaded(&stage, &officer, &case, 1);

    // Even if the document is gone by now.
    let id = first["documentId"].as_str().unwrap();
    officer.delete(&format!("/api/documents/{id}")).succeeded(200);
    assert_eq!(upload(&officer, &case, "key", of_file(Form::new(), &bytes)).succeeded(201), first);
    assert_eq!(documents(&officer, &case), Vec::<Value>::new());
}

#[test]
fn another_upload_under_the_same_key_is_409_and_leaves_nothing() {
    let stage = Stage::new();
    let officer = stage.officer();
    let (case, other_case) = (officer.create_case(), officer.create_case());
    let bytes = samples::pdf();
    upload(&officer, &case, "key", of_file(Form::new(), &bytes)).succeeded(201);
    for (case, form) in [
        (&case, of_file(Form::new(), &samples::pdf())),
        (&case, Form::new().file("file", "b.pdf", &bytes).text("documentType", "court-order")),
        (&case, Form::new().file("file", "a.pdf", &bytes).text("documentType", "photographs")),
        (&case, of_file(Form::new().text("description", "d"), &bytes)),
        (&other_case, of_file(Form::new(), &bytes)),
    ] {
        let refusal = upload(&officer, case, "key", form).refused(409, "CONFLICT");
        assert!(refusal["error"].as_str().unwrap().contains("Idempotency-Key"), "{refusal}");
    }
    assert_uploaded(&stage, &officer, &case, 1);
    assert_uploaded(&stage, &officer, &other_case, 0);
}

#[test]
fn a_refused_file_frees_its_key() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let empty = Form::new().file("file", "a.pdf", b"").text("documentType", "court-order");
    upload(&officer, &case, "key", empty).refused_field("file");
    upload(&officer, &case, "key", of_file(Form::new(), &samples::pdf())).succeeded(201);
}

#[test]
fn each_of_several_files_is_stored_once_and_failed_ones_can_be_sent_again() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let files = [samples::pdf(), samples::pdf(), samples::pdf()];
    // In the way of the second.
    let twin = officer.upload(id_of(&case), "twin.pdf", &files[1]).succeeded(201);
    let form = |boundary| {
        let form = Form::bounded_by(boundary).text("documentType", "court-order");
        let form = form.file("files", "a.pdf", &files[0]).file("files", "b.pdf", &files[1]);
        form.file("files", "c.pdf", &files[2])
    };
    let first = upload_all(&officer, &case, "key", form("----first")).succeeded(207);
    let successes = |answer: &Value| -> Vec<bool> {
        answer["results"].as_array().unwrap().iter().map(|result| result["success"] == true).collect()
    };
    assert_eq!(successes(&first), [true, false, true]);
    assert_eq!(upload_all(&officer, &case, "key", form("----second")).succeeded(207)["successCount"], 2);

    officer.delete(&format!("/api/documents/{}", twin["documentId"].as_str().unwrap())).succeeded(200);
    let third = upload_all(&officer, &case, "key", form("----third")).succeeded(201);
    for number in [0, 2] {
        assert_eq!(third["results"][number], first["results"][number]);
    }
    assert_eq!(upload_all(&officer, &case, "key", form("----fourth")).succeeded(201), third);
    let complete = documents(&officer, &case);
    let complete = complete.iter().filter(|document| document["uploadStatus"] == "complete");
    assert_eq!(complete.count(), 3);

    // In another order they are other files.
    let form = Form::new().text("documentType", "court-order");
    let form = form.file("files", "b.pdf", &files[1]).file("files", "a.pdf", &files[0]);
    let refusal = upload_all(&officer, &case, "key", form).refused(400, "VALIDATION_ERROR");
    assert_eq!(refusal["results"][0]["code"], "CONFLICT");
    assert_eq!(refusal["results"][1]["code"], "CONFLICT");
}

#[test]
fn ten_equal_uploads_at_once_store_one_file_and_get_the_same_answer() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let bytes = samples::pdf_of(100_000);
    let answers = at_once(10, |_| upload(&officer, &case, "key", of_file(Form::new(), &bytes)));
    let ids: Vec<_> = answers.into_iter().map(|answer| answer.succeeded(201)["documentId"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let complete = documents(&officer, &case);
    let complete: Vec<_> =
        complete.iter().filter(|document| document["uploadStatus"] == "complete").collect();
    assert_eq!((complete.len(), &complete[0]["id"]), (1, &ids[0]));
    assert_eq!(stage.stored(Some(id_of(&case))).len(), 1);
}

#[test]
fn the_longest_key_is_good_for_ten_files() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let key = "k".repeat(255);
    let files: Vec<_> = (0..10).map(|_| samples::pdf()).collect();
    let form = files
        .iter()
        .zip('a'..)
        .fold(Form::new().text("documentType", "court-order"), |form, (file, name)| {
            form.file("files", &format!("{name}.pdf"), file)
        });
    let first = upload_all(&officer, &case, &key, form.clone()).succeeded(201);
    assert_eq!(upload_all(&officer, &case, &key, form).succeeded(201), first);
    assert_uploaded(&stage, &officer, &case, 10);
    let single = upload(&officer, &case, &"s".repeat(255), of_file(Form::new(), &samples::pdf()));
    assert_eq!(single.succeeded(201)["filename"], json!("a.pdf"));
}

#[test]
fn an_upload_leaves_the_keys_of_other_requests_alone() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    upload(&officer, &case, "key", of_file(Form::new(), &samples::pdf())).succeeded(201);
    for key in ["key/1", "key 1", "1"] {
        let request = officer.request("POST", "/api/cases").header("Idempotency-Key", key);
        request.json(&json!({"caseType": "AGENCY_ADOPTION"})).send().succeeded(201);
    }
}
