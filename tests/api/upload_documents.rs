use serde_json::{Value, json};

use crate::support::{Answer, Client, Form, Stage, fields_of, id_of, samples};

fn upload(client: &Client, case: &Value, form: Form) -> Answer {
    client.request("POST", &format!("/api/cases/{}/upload-documents/bulk", id_of(case))).form(form).send()
}

#[test]
fn several_files_are_stored_in_their_order() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let mut form = Form::new().text("documentTypes", r#"["court-order", "photographs", "other"]"#);
    for (name, bytes) in [("a.pdf", samples::pdf()), ("b.jpg", samples::jpeg()), ("c.docx", samples::docx())]
    {
        form = form.file("files", name, &bytes);
    }
    let answer = upload(&officer, &case, form.text("descriptions", r#"[null, "", "Notes"]"#)).succeeded(201);
    assert_eq!(fields_of(&answer), ["failureCount", "message", "redirectTo", "results", "successCount"]);
    assert_eq!((&answer["successCount"], &answer["failureCount"]), (&json!(3), &json!(0)));
    let wanted = [
        ("a.pdf", "court-order", json!(null)),
        ("b.jpg", "photographs", json!(null)),
        ("c.docx", "other", json!("Notes")),
    ];
    for (result, (name, of_a_type, description)) in answer["results"].as_array().unwrap().iter().zip(wanted) {
        assert_eq!(fields_of(result), ["documentId", "filename", "success"]);
        let document = officer.document(result["documentId"].as_str().unwrap());
        assert_eq!(
            (&result["filename"], &document["filename"], &document["documentType"], &document["description"]),
            (&json!(name), &json!(name), &json!(of_a_type), &description)
        );
    }
}

#[test]
fn one_type_may_apply_to_all_files_and_some_files_may_fail() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let bytes = samples::pdf();
    let form = Form::new()
        .file("files", "a.pdf", &bytes)
        .file("files", "b.pdf", &bytes)
        .file("files", "c.exe", b"MZ")
        .file("files", "d.png", &samples::png())
        .text("documentType", "court-order");
    let answer = upload(&officer, &case, form).succeeded(207);
    assert_eq!(fields_of(&answer), ["failureCount", "message", "results", "successCount"]);
    assert_eq!((&answer["successCount"], &answer["failureCount"]), (&json!(2), &json!(2)));
    let results = answer["results"].as_array().unwrap();
    let successes: Vec<_> = results.iter().map(|result| result["success"].as_bool().unwrap()).collect();
    assert_eq!(successes, [true, false, false, true]);
    assert_eq!(
        (&results[1]["isDuplicate"], &results[1]["existingDocumentId"], &results[1]["code"]),
        (&json!(true), &results[0]["documentId"], &json!("VALIDATION_ERROR"))
    );
    assert_eq!(fields_of(&results[2]), ["code", "error", "field", "filename", "reason", "success"]);
    assert_eq!(stage.stored(Some(id_of(&case))).len(), 2);
}

#[test]
fn if_all_fail_it_is_an_error_with_the_same_results() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let form = Form::new().file("files", "a.pdf", b"").file("files", "b.pdf", &samples::pdf());
    let refusal = upload(&officer, &case, form.text("documentTypes", r#"["court-order"]"#))
        .refused(400, "VALIDATION_ERROR");
    assert_eq!(refusal["error"], "All uploads failed");
    assert_eq!((&refusal["successCount"], &refusal["failureCount"]), (&json!(0), &json!(2)));
    let fields: Vec<_> =
        refusal["results"].as_array().unwrap().iter().map(|result| &result["field"]).collect();
    assert_eq!(fields, ["file", "documentType"]);
}

#[test]
fn the_types_and_descriptions_must_be_valid_before_any_file_is_stored() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let file = || Form::new().file("files", "a.pdf", &samples::pdf()).text("documentType", "court-order");
    let many = (0..11).fold(Form::new(), |form, _| form.file("files", "a.pdf", &samples::pdf()));
    for (form, field) in [
        (Form::new().text("documentType", "court-order"), "files"),
        (Form::new().file("file", "a.pdf", &samples::pdf()), "files"),
        (many, "files"),
        (file().text("documentTypes", "court-order"), "documentTypes"),
        (file().text("documentTypes", r#"{"0": "court-order"}"#), "documentTypes"),
        (file().text("documentTypes", "[1]"), "documentTypes"),
        (file().text("documentTypes", r#"["court-order", "court-order"]"#), "documentTypes"),
        (file().text("documentTypes", r#"["court-\u0000order"]"#), "documentTypes"),
        (file().text("descriptions", "no array"), "descriptions"),
        (file().text("descriptions", r#"["a", "b"]"#), "descriptions"),
    ] {
        upload(&officer, &case, form).refused_field(field);
    }
    let list = officer.get(&format!("/api/cases/{}/documents", id_of(&case))).succeeded(200);
    assert_eq!(list["documents"], json!([]));
}

#[test]
fn ten_large_files_at_once_are_taken() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let form = (0..10).fold(Form::new().text("documentType", "court-order"), |form, number| {
        form.file("files", &format!("{number}.pdf"), &samples::pdf_of(20 * 1024 * 1024))
    });
    assert_eq!(upload(&officer, &case, form).succeeded(201)["successCount"], 10);
}

#[test]
fn a_caller_who_may_not_upload_is_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let form = || Form::new().file("files", "a.pdf", &samples::pdf()).text("documentType", "court-order");
    let judge = stage.judge_of(&officer, id_of(&case));
    upload(&judge, &case, form()).refused(403, "FORBIDDEN");
    assert_eq!(stage.refusals(&judge.user_id, "upload_document"), 1);
    upload(&stage.stranger("CAFCASS_OFFICER"), &case, form()).refused(403, "FORBIDDEN");
    upload(&officer, &json!({"id": "019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061"}), form())
        .refused(404, "NOT_FOUND");
    upload(&stage.visitor(), &case, form()).refused(401, "AUTH_REQUIRED");
}
