use serde_json::{Value, json};

use crate::support::{Client, Form, Stage, fields_of, id_of, samples};

const FIELDS: [&str; 18] = [
    "caseId",
    "description",
    "documentType",
    "fileHash",
    "fileSize",
    "filename",
    "id",
    "mimeType",
    "ocrCompletedAt",
    "ocrFailureReason",
    "ocrStatus",
    "originalFilename",
    "uploadStatus",
    "uploadedAt",
    "uploadedBy",
    "version",
    "virusScanCompletedAt",
    "virusScanStatus",
];

fn upload(client: &Client, case: &Value, name: &str, of_a_type: &str, bytes: &[u8]) {
    let form = Form::new().file("file", name, bytes).text("documentType", of_a_type);
    client.upload_form(id_of(case), form).succeeded(201);
}

fn names(client: &Client, case: &Value, query: &str) -> Vec<String> {
    let list = client.get(&format!("/api/cases/{}/documents{query}", id_of(case))).succeeded(200);
    let documents = list["documents"].as_array().unwrap();
    documents.iter().map(|document| document["filename"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_documents_of_the_case_come_newest_first_with_all_their_fields() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let other = officer.create_case();
    for name in ["a.pdf", "b.pdf", "c.pdf"] {
        upload(&officer, &case, name, "court-order", &samples::pdf());
    }
    upload(&officer, &other, "d.pdf", "court-order", &samples::pdf());
    assert_eq!(names(&officer, &case, ""), ["c.pdf", "b.pdf", "a.pdf"]);
    let list = officer.get(&format!("/api/cases/{}/documents", id_of(&case))).succeeded(200);
    assert_eq!(fields_of(&list), ["documents", "pagination"]);
    assert_eq!(list["pagination"], json!({"total": 3, "page": 1, "pageSize": 20, "totalPages": 1}));
    for document in list["documents"].as_array().unwrap() {
        assert_eq!(fields_of(document), FIELDS);
    }
}

#[test]
fn it_is_filtered_and_read_in_pages() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let social_worker = stage.insider("LA_SOCIAL_WORKER", &officer, id_of(&case));
    upload(&officer, &case, "a.pdf", "court-order", &samples::pdf());
    upload(&officer, &case, "b.docx", "support-plan", &samples::docx());
    upload(&social_worker, &case, "c.pdf", "support-plan", &samples::pdf());
    for (query, wanted) in [
        ("?documentType=support-plan", &["c.pdf", "b.docx"][..]),
        ("?ocrStatus=not-applicable", &["b.docx"]),
        ("?ocrStatus=pending&documentType=support-plan", &["c.pdf"]),
        (&format!("?uploadedBy={}", officer.user_id), &["b.docx", "a.pdf"]),
        ("?uploadedBy=nobody", &[]),
        ("?pageSize=2", &["c.pdf", "b.docx"]),
        ("?pageSize=2&page=2", &["a.pdf"]),
        ("?page=9", &[]),
    ] {
        assert_eq!(names(&officer, &case, query), wanted, "{query}");
    }
    for (field, value) in [
        ("documentType", "order"),
        ("ocrStatus", "done"),
        ("page", "0"),
        ("page", "x"),
        ("pageSize", "101"),
        ("pageSize", "0"),
    ] {
        let path = format!("/api/cases/{}/documents?{field}={value}", id_of(&case));
        officer.get(&path).refused_field(field);
    }
}

#[test]
fn an_adopter_sees_its_own_uploads_and_nobody_else_s() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let [adopter, other] = [(); 2].map(|()| stage.insider("ADOPTER", &officer, id_of(&case)));
    upload(&officer, &case, "a.pdf", "court-order", &samples::pdf());
    upload(&adopter, &case, "b.pdf", "identity-documents", &samples::pdf());
    upload(&other, &case, "c.pdf", "identity-documents", &samples::pdf());
    assert_eq!(names(&adopter, &case, ""), ["b.pdf"]);
    assert_eq!(names(&adopter, &case, &format!("?uploadedBy={}", officer.user_id)), [""; 0]);
    assert_eq!(names(&officer, &case, ""), ["c.pdf", "b.pdf", "a.pdf"]);
    let list = adopter.get(&format!("/api/cases/{}/documents", id_of(&case))).succeeded(200);
    assert_eq!(list["pagination"]["total"], 1);
}
