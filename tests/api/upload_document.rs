use serde_json::{Value, json};

use crate::support::{Form, Stage, assert_is_timestamp, fields_of, id_of, samples, unique};

const MIB: usize = 1024 * 1024;

#[test]
fn a_document_is_stored_and_known() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let bytes = samples::pdf();
    let form = Form::new().text("documentType", "court-order").text("description", " Sealed copy ");
    let answer =
        officer.upload_form(id_of(&case), form.file("file", "Placement order.pdf", &bytes)).succeeded(201);
    assert_eq!(fields_of(&answer), ["documentId", "filename", "message", "redirectTo"]);
    assert_eq!(answer["filename"], "Placement order.pdf");
    assert_eq!(answer["redirectTo"], format!("/cases/{}", id_of(&case)));

    let document = officer.document(answer["documentId"].as_str().unwrap());
    assert_is_timestamp(&document["uploadedAt"]);
    let hash = samples::sha256(&bytes);
    let wanted = json!({
        "id": answer["documentId"], "caseId": case["id"], "filename": "Placement order.pdf",
        "originalFilename": "Placement order.pdf", "documentType": "court-order", "description": "Sealed copy",
        "fileSize": bytes.len(), "fileHash": hash, "mimeType": "application/pdf", "uploadedBy": officer.user_id,
        "uploadedAt": document["uploadedAt"], "version": 1, "uploadStatus": "complete", "ocrStatus": "pending",
        "ocrCompletedAt": null, "ocrFailureReason": null, "virusScanStatus": "pending",
        "virusScanCompletedAt": null, "side": "PROFESSIONALS", "ocrPageCount": null, "ocrPagesRead": null,
    });
    assert_eq!(document, wanted);

    let stored = stage.stored(Some(id_of(&case)));
    assert_eq!(stored.len(), 1);
    assert_eq!(std::fs::read(&stored[0]).unwrap(), bytes);
    let entry = &officer.get(&format!("/api/cases/{}/audit", id_of(&case))).succeeded(200)["entries"][0];
    assert_eq!((&entry["action"], &entry["actor"]), (&json!("DOCUMENT_UPLOAD"), &json!(officer.user_id)));
    assert_eq!(entry["changes"]["entityId"], answer["documentId"]);
    assert_eq!(officer.read_case(id_of(&case))["version"], 1, "a document does not move the case's version");
}

#[test]
fn the_parts_may_come_in_any_order_and_among_others() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let form = Form::new()
        .file("thumbnail", "x.gif", &vec![0; 2 * MIB])
        .file("file", "a.pdf", &samples::pdf())
        .text("colour", "blue")
        .text("description", "d")
        .text("documentType", "other");
    let answer = officer.upload_form(id_of(&case), form).succeeded(201);
    assert_eq!(officer.document(answer["documentId"].as_str().unwrap())["description"], "d");
}

#[test]
fn missing_and_wrong_parts_are_named() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    let file = || Form::new().file("file", "a.pdf", &samples::pdf());
    let court_order = || Form::new().text("documentType", "court-order");
    for (form, field) in [
        (court_order(), "file"),
        (court_order().text("file", "x"), "file"),
        (court_order().file("file", "", b""), "file"),
        (court_order().file("file", "a.pdf", b""), "file"),
        (court_order().file("file", "a.pdf", &samples::pdf()).file("file", "b.pdf", &samples::pdf()), "file"),
        (file(), "documentType"),
        (file().text("documentType", ""), "documentType"),
        (file().text("documentType", "order"), "documentType"),
        (file().text("documentType", "court-\0order"), "documentType"),
        (file().text("documentType", "other"), "description"),
        (file().text("documentType", "other").text("description", " \u{a0}"), "description"),
        (file().text("documentType", "court-order").text("description", "a\0b"), "description"),
        (file().text("documentType", "court-order").text("description", &"ü".repeat(501)), "description"),
        (file().text("documentType", "court-order").text("description", &"x".repeat(100_000)), "description"),
        (file().part("Content-Disposition: form-data; name=\"description\"\r\n", b"\xff\xfe"), "description"),
    ] {
        officer.upload_form(id, form).refused_field(field);
    }
    officer
        .upload_form(id, file().text("documentType", "court-order").text("description", &"ü".repeat(500)))
        .succeeded(201);
    assert_eq!(stage.stored(Some(id)).len(), 1);
}

#[test]
fn twenty_mebibytes_are_accepted_and_one_byte_more_is_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    officer.upload(id_of(&case), "a.pdf", &samples::pdf_of(20 * MIB)).succeeded(201);
    for size in [20 * MIB + 1, 60 * MIB] {
        let refusal = officer.upload(id_of(&case), "b.pdf", &samples::pdf_of(size)).refused_field("file");
        assert_eq!(refusal["error"], "The file is larger than 20 MiB");
    }
    let texts = Form::new().text("description", &"x".repeat(MIB + 1));
    officer.upload_form(id_of(&case), texts).refused(413, "PAYLOAD_TOO_LARGE");
    assert_eq!(stage.stored(Some(id_of(&case))).len(), 1);
}

#[test]
fn the_same_bytes_are_refused_and_the_first_is_named_to_whoever_may_see_it() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = id_of(&case);
    let bytes = samples::pdf();
    let first = officer.upload(id, "a.pdf", &bytes).succeeded(201);
    let refusal = officer.upload(id, "b.pdf", &bytes).refused_field("file");
    assert_eq!(
        (&refusal["isDuplicate"], &refusal["existingDocumentId"]),
        (&json!(true), &first["documentId"])
    );

    let adopter = stage.insider("ADOPTER", &officer, id);
    let refusal = adopter.upload(id, "b.pdf", &bytes).refused_field("file");
    assert_eq!(fields_of(&refusal), ["code", "error", "field", "isDuplicate", "reason", "requestId"]);

    officer.upload(id_of(&officer.create_case()), "a.pdf", &bytes).succeeded(201);
    officer.delete(&format!("/api/documents/{}", first["documentId"].as_str().unwrap())).succeeded(200);
    officer.upload(id, "b.pdf", &bytes).succeeded(201);
    assert_eq!(stage.stored(Some(id)).len(), 2, "the deleted one's stay, the refused ones' do not");
}

#[test]
fn the_same_name_again_is_the_next_version() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let version = |name: &str| -> Value {
        let answer = officer.upload(id_of(&case), name, &samples::pdf()).succeeded(201);
        officer.document(answer["documentId"].as_str().unwrap())["version"].take()
    };
    assert_eq!(version("a.pdf"), 1);
    assert_eq!(version("a.pdf"), 2);
    assert_eq!(version("A.pdf"), 1);
    officer.upload(id_of(&case), "a.pdf", b"no pdf").refused_field("file");
    assert_eq!(version("a.pdf"), 3);
}

#[test]
fn a_refused_upload_is_no_document_and_leaves_no_bytes() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let adopter = stage.insider("ADOPTER", &officer, id_of(&case));
    let first = samples::pdf();
    officer.upload(id_of(&case), "first.pdf", &first).succeeded(201);
    for (name, bytes) in [
        ("a.pdf", &first[..]),
        ("b.pdf", b"no pdf"),
        ("c.pdf", &samples::pdf_of(20 * MIB + 1)),
        ("d.pdf", b""),
    ] {
        for client in [&officer, &adopter] {
            client.upload(id_of(&case), name, bytes).refused_field("file");
        }
        let versions = format!("/api/cases/{}/documents/{name}/versions", id_of(&case));
        assert_eq!(officer.get(&versions).succeeded(200)["versions"], json!([]));
    }
    for (client, count) in [(&officer, 1), (&adopter, 0)] {
        let list = client.get(&format!("/api/cases/{}/documents", id_of(&case))).succeeded(200);
        assert_eq!(list["documents"].as_array().unwrap().len(), count);
        assert_eq!(list["pagination"]["total"], count);
    }
    let refused = stage.refused_uploads(id_of(&case));
    assert_eq!(refused.len(), 8);
    for id in refused {
        for path in [format!("/api/documents/{id}"), format!("/api/documents/{id}/download")] {
            let refusal = officer.get(&path).refused(404, "NOT_FOUND");
            assert_eq!(refusal["error"], "Document not found");
        }
        officer.delete(&format!("/api/documents/{id}")).refused(404, "NOT_FOUND");
    }
    assert_eq!(stage.stored(Some(id_of(&case))).len(), 1);
}

#[test]
fn a_caller_who_may_not_upload_is_refused_before_the_form_is_read() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let form =
        || Form::new().file("file", "../a.exe", &vec![0; 30 * MIB]).text("documentType", &unique("none"));
    let judge = stage.judge_of(&officer, id_of(&case));
    judge.upload_form(id_of(&case), form()).refused(403, "FORBIDDEN");
    assert_eq!(stage.refusals(&judge.user_id, "upload_document"), 1);
    stage.stranger("ADOPTER").upload_form(id_of(&case), form()).refused(403, "FORBIDDEN");
    officer.upload_form("019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061", form()).refused(404, "NOT_FOUND");
    stage.visitor().upload_form(id_of(&case), form()).refused(401, "AUTH_REQUIRED");
    let list = officer.get(&format!("/api/cases/{}/documents", id_of(&case))).succeeded(200);
    assert_eq!(list["documents"], json!([]));
}

#[test]
fn a_body_that_is_not_a_form_is_refused() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}/upload-document", id_of(&case));
    officer.post(&path, json!({"documentType": "court-order"})).refused(415, "UNSUPPORTED_MEDIA_TYPE");
    for content_type in ["application/x-www-form-urlencoded", "multipart/mixed; boundary=x", "text/plain"] {
        let request = officer.request("POST", &path).header("Content-Type", content_type);
        request.body("--x--").send().refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    officer.request("POST", &path).send().refused(415, "UNSUPPORTED_MEDIA_TYPE");
    let (content_type, form) = Form::new().file("file", "a.pdf", &samples::pdf()).end();
    let request = officer.request("POST", "/api/cases").header("Content-Type", content_type).body(form);
    request.send().refused(415, "UNSUPPORTED_MEDIA_TYPE");
}
