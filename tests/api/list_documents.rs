use serde_json::{Value, json};

use crate::support::{Client, Form, Stage, fields_of, id_of, samples};

const FIELDS: [&str; 21] = [
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
    "ocrPageCount",
    "ocrPagesRead",
    "ocrStatus",
    "originalFilename",
    "side",
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
    assert_eq!(
        list["pagination"],
        json!({"total": 3, "page": 1, "pageSize": 1000, "totalPages": 1, "totalIsMinimum": false})
    );
    for document in list["documents"].as_array().unwrap() {
        assert_eq!(fields_of(document), FIELDS);
    }
}

#[test]
fn documents_are_filtered_and_listed_in_pages() {
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
        ("cursor", "x"),
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
fn without_a_page_all_documents_are_listed() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    upload(&officer, &case, "a.pdf", "court-order", &samples::pdf());
    let add = |count: u32| {
        stage.database().execute(&format!(
            "alter table core.documents disable trigger user;
             insert into core.documents (
               id, case_id, court_code, filename, document_type, uploaded_by, upload_status, file_size, file_hash, mime_type, version
             )
             select
               core.new_id(), case_id, court_code, core.new_id() || '.pdf', document_type, uploaded_by, 'complete', 1,
               encode(sha256(core.new_id()::text::bytea), 'hex'), mime_type, 1
             from core.documents, generate_series(1, {count})
             where case_id = '{}' and filename = 'a.pdf';
             alter table core.documents enable always trigger tg_documents__guard",
            id_of(&case)
        ));
    };
    add(24);
    assert_eq!(names(&officer, &case, "").len(), 25);
    assert_eq!(names(&officer, &case, "?page=1").len(), 20);
    add(977);
    let path = format!("/api/cases/{}/documents", id_of(&case));
    let first = officer.get(&path).succeeded(200);
    assert_eq!(first["documents"].as_array().unwrap().len(), 1000);
    assert_eq!(
        (&first["pagination"]["total"], &first["pagination"]["totalPages"]),
        (&json!(1002), &json!(2))
    );
    let cursor = first["pagination"]["nextCursor"].as_str().unwrap();
    assert_eq!(names(&officer, &case, &format!("?cursor={cursor}")).len(), 2);
}

#[test]
fn with_the_cursor_no_document_comes_twice_though_more_are_uploaded() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for name in ["a.pdf", "b.pdf", "c.pdf"] {
        upload(&officer, &case, name, "court-order", &samples::pdf());
    }
    let path = format!("/api/cases/{}/documents", id_of(&case));
    let page = officer.get(&format!("{path}?pageSize=2")).succeeded(200);
    upload(&officer, &case, "d.pdf", "court-order", &samples::pdf());
    let cursor = page["pagination"]["nextCursor"].as_str().unwrap();
    assert_eq!(names(&officer, &case, &format!("?pageSize=2&cursor={cursor}")), ["a.pdf"]);
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
