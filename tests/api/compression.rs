//! Clients that accept it get compressed JSON.

use serde_json::json;

use crate::support::{Answer, Client, Stage, id_of, samples};

fn ask(client: &Client, path: &str, accept_encoding: &str) -> Answer {
    client.request("GET", path).header("Accept-Encoding", accept_encoding).send()
}

#[test]
fn json_is_compressed_as_the_client_takes_it() {
    let stage = Stage::new();
    let officer = stage.officer();
    for number in 0..3 {
        officer.create_case_with(json!({"notes": format!("Die Anhörung Nr. {number} 判决")}));
    }
    let plain = officer.get("/api/cases");
    assert!(plain.bytes.len() > 1024 && plain.header("Content-Encoding").is_none());
    assert!(plain.list("Vary").contains("Accept-Encoding"), "another client may be given something else");
    for (stated, coding) in [
        ("gzip", Some("gzip")),
        ("br", Some("br")),
        ("gzip, deflate, br, zstd", Some("gzip")),
        ("gzip;q=0.5, br", Some("br")),
        ("*", Some("gzip")),
        ("gzip;q=0, br;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("zstd, deflate", None),
        ("", None),
    ] {
        let answer = ask(&officer, "/api/cases", stated);
        assert_eq!(answer.header("Content-Encoding"), coding, "{stated}");
        assert_eq!(answer.header("Content-Length"), Some(answer.bytes.len().to_string().as_str()));
        assert_eq!(answer.bytes.len() < plain.bytes.len() / 2, coding.is_some(), "{stated}");
        assert!(answer.list("Vary").contains("Accept-Encoding"), "{stated}");
        assert_eq!(answer.succeeded(200), plain.json, "{stated}");
    }
}

#[test]
fn small_answers_and_documents_are_not_compressed() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let bytes = samples::pdf_of(100_000);
    let document = officer.upload(id_of(&case), "a.pdf", &bytes).succeeded(201);
    let document = document["documentId"].as_str().unwrap();
    stage.scanned(document, "clean");
    for path in ["/api/public/health", "/api/auth/session", "/api/cases/nonsense"] {
        let answer = ask(&officer, path, "gzip, br");
        assert!(answer.header("Content-Encoding").is_none() && answer.json.is_object(), "{path}");
    }
    let path = format!("/api/documents/{document}/download");
    let answer = ask(&officer, &path, "gzip, br");
    assert_eq!(answer.header("Content-Encoding"), None);
    assert!(answer.bytes == bytes && !answer.list("Vary").contains("Accept-Encoding"));
    let part = officer
        .request("GET", &path)
        .header("Accept-Encoding", "gzip")
        .header("Range", "bytes=0-2047")
        .send();
    assert_eq!((part.status, part.header("Content-Encoding")), (206, None));
    assert!(part.bytes == bytes[..2048]);
}

#[test]
fn a_large_refusal_is_compressed_too() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let mut form = crate::support::Form::new().text("documentType", "court-order");
    for number in 0..10 {
        form = form.file("files", &format!("{number}.exe"), b"MZ");
    }
    let path = format!("/api/cases/{}/upload-documents/bulk", id_of(&case));
    let answer = officer.request("POST", &path).header("Accept-Encoding", "gzip").form(form).send();
    assert_eq!(answer.header("Content-Encoding"), Some("gzip"));
    assert_eq!(answer.json["failureCount"], 10);
    assert_eq!(answer.status, 400);
}

#[test]
fn the_document_of_the_api_is_kept_compressed_and_by_its_tag() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    let plain = visitor.get("/openapi.json");
    for coding in ["gzip", "br"] {
        let answer = ask(&visitor, "/openapi.json", coding);
        assert_eq!(answer.header("Content-Encoding"), Some(coding));
        assert!(answer.bytes.len() < plain.bytes.len() / 4, "{}", answer.bytes.len());
        assert_ne!(answer.header("ETag"), plain.header("ETag"));
        assert!(answer.json == plain.json);
        let known = answer.header("ETag").unwrap();
        let again = visitor.request("GET", "/openapi.json").header("If-None-Match", known).send();
        assert_eq!((again.status, again.bytes.len()), (304, 0));
        assert_eq!(again.header("ETag"), plain.header("ETag"));
    }
    assert_eq!(ask(&visitor, "/openapi.json", "gzip, br").header("Content-Encoding"), Some("br"));
}
