use std::fs;

use serde_json::json;

use crate::support::{Answer, Client, Stage, id_of, samples};

/// Uploads it, and has it scanned. The path of its download.
fn uploaded(stage: &Stage, client: &Client, case_id: &str, name: &str, bytes: &[u8]) -> String {
    let answer = client.upload(case_id, name, bytes).succeeded(201);
    let id = answer["documentId"].as_str().unwrap();
    stage.scanned(id, "clean");
    format!("/api/documents/{id}/download")
}

#[track_caller]
fn assert_is_part(answer: &Answer, whole: &[u8], range: std::ops::Range<usize>) {
    assert_eq!(answer.status, 206, "{}", answer.text);
    let (last, size) = (range.end - 1, whole.len());
    assert_eq!(answer.header("Content-Range").unwrap(), format!("bytes {}-{last}/{size}", range.start));
    assert_eq!(answer.header("Content-Length").unwrap(), range.len().to_string());
    assert_eq!(answer.bytes, whole[range]);
}

#[test]
fn the_bytes_come_back_with_their_type_and_name() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for (name, mime_type, bytes) in [
        ("a.pdf", "application/pdf", samples::pdf_of(3_000_000)),
        ("b.JPG", "image/jpeg", samples::jpeg()),
        ("c.png", "image/png", samples::png()),
        ("d.tif", "image/tiff", samples::tiff()),
        ("e.doc", "application/msword", samples::doc()),
        (
            "f.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            samples::docx(),
        ),
    ] {
        let answer = officer.get(&uploaded(&stage, &officer, id_of(&case), name, &bytes));
        assert_eq!((answer.status, answer.header("Content-Type")), (200, Some(mime_type)));
        assert_eq!(answer.header("Content-Length"), Some(bytes.len().to_string().as_str()));
        let disposition = format!("attachment; filename=\"{name}\"; filename*=UTF-8''{name}");
        assert_eq!(answer.header("Content-Disposition"), Some(disposition.as_str()));
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(answer.header("Accept-Ranges"), Some("bytes"));
        assert_eq!(answer.header("Cache-Control"), Some("private, no-store"));
        let hash = samples::sha256(&bytes);
        assert_eq!(answer.header("ETag"), Some(format!("\"{hash}\"").as_str()));
        assert!(answer.bytes == bytes, "{name}");
    }
}

#[test]
fn a_requested_range_is_served() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let bytes = samples::pdf_of(100_000);
    let path = uploaded(&stage, &officer, id_of(&case), "a.pdf", &bytes);
    let part = |range: &str| officer.request("GET", &path).header("Range", range).send();
    assert_is_part(&part("bytes=0-0"), &bytes, 0..1);
    assert_is_part(&part("bytes=10-99999"), &bytes, 10..100_000);
    assert_is_part(&part("bytes=99990-200000"), &bytes, 99_990..100_000);
    assert_is_part(&part("bytes=50000-"), &bytes, 50_000..100_000);
    assert_is_part(&part("bytes=-7"), &bytes, 99_993..100_000);
    for whole in ["bytes=0-1,5-6", "bytes=5-1", "pages=1-2", "bytes=x"] {
        let answer = part(whole);
        assert_eq!((answer.status, answer.bytes.len()), (200, bytes.len()), "{whole}");
    }
    for none in ["bytes=100000-", "bytes=-0"] {
        let answer = part(none);
        assert_eq!(answer.header("Content-Range"), Some("bytes */100000"));
        answer.refused(416, "RANGE_NOT_SATISFIABLE");
    }
    let etag = officer.get(&path).header("ETag").unwrap().to_owned();
    let if_range = |tags: &[&[u8]]| {
        let request = officer.request("GET", &path).header("Range", "bytes=0-9");
        tags.iter().fold(request, |request, tag| request.header("If-Range", tag)).send().status
    };
    assert_eq!(if_range(&[etag.as_bytes()]), 206);
    for other in [
        "\"another\"",
        &format!("W/{etag}"),
        etag.trim_matches('"'),
        &format!("{etag}, \"another\""),
        "Sun, 29 Nov 2026 00:00:00 GMT",
        "*",
        "",
    ] {
        assert_eq!(if_range(&[other.as_bytes()]), 200, "{other}");
    }
    for unreadable in [&b"\xff"[..], b"\"\xc3\xa9\""] {
        assert_eq!(if_range(&[unreadable]), 200, "{unreadable:?}");
    }
    for doubled in [[etag.as_bytes(), b"\"another\""], [b"\"another\"", etag.as_bytes()]] {
        assert_eq!(if_range(&doubled), 200, "{doubled:?}");
    }
}

#[test]
fn head_gives_the_headers_alone() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = uploaded(&stage, &officer, id_of(&case), "a.pdf", &samples::pdf_of(5000));
    let (get, head) = (officer.get(&path), officer.request("HEAD", &path).send());
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    for name in ["Content-Type", "Content-Length", "Content-Disposition", "ETag", "Accept-Ranges"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
    for range in ["bytes=0-9", "bytes=5000-"] {
        let head = officer.request("HEAD", &path).header("Range", range).send();
        let told = (head.status, head.header("Content-Length"), head.header("Content-Range"));
        assert_eq!(told, (200, Some("5000"), None), "only GET has ranges");
    }
}

#[test]
fn only_clean_and_skipped_documents_are_served() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let answer = officer.upload(id_of(&case), "a.pdf", &samples::pdf()).succeeded(201);
    let id = answer["documentId"].as_str().unwrap();
    let path = format!("/api/documents/{id}/download");
    let refusal = officer.get(&path).refused(409, "CONFLICT");
    assert_eq!(refusal["virusScanStatus"], "pending");
    stage.scanned(id, "infected");
    officer.get(&path).refused(403, "FORBIDDEN");
    officer.request("GET", &path).header("Range", "bytes=0-9").send().refused(403, "FORBIDDEN");

    let answer = officer.upload(id_of(&case), "b.pdf", &samples::pdf()).succeeded(201);
    let id = answer["documentId"].as_str().unwrap();
    stage.scanned(id, "skipped");
    assert_eq!(officer.get(&format!("/api/documents/{id}/download")).status, 200);
}

#[test]
fn each_download_is_in_the_audit_trail() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let judge = stage.judge_of(&officer, id_of(&case));
    let path = uploaded(&stage, &officer, id_of(&case), "a.pdf", &samples::pdf());
    let answer = judge.get(&path);
    let entry = &officer.get(&format!("/api/cases/{}/audit", id_of(&case))).succeeded(200)["entries"][0];
    assert_eq!((&entry["action"], &entry["actor"]), (&json!("DOCUMENT_DOWNLOAD"), &json!(judge.user_id)));
    assert_eq!(entry["requestId"], answer.request_id().to_string());
    assert_eq!(entry["changes"]["entityId"], path.split('/').nth(3).unwrap());
}

#[test]
fn missing_or_altered_bytes_are_not_served() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let whole = samples::pdf_of(200_000);
    let mut flipped = whole.clone();
    flipped[150_000] ^= 1;
    let longer = [&whole[..], b"more"].concat();
    for (number, stored) in (1..).zip([Some(&flipped[..]), Some(&whole[..100_000]), Some(&longer), None]) {
        let case = officer.create_case();
        let path = uploaded(&stage, &officer, id_of(&case), "a.pdf", &whole);
        let file = &stage.stored(Some(id_of(&case)))[0];
        match stored {
            Some(bytes) => fs::write(file, bytes).unwrap(),
            None => fs::remove_file(file).unwrap(),
        }
        let answer = officer.request("GET", &path).send_expecting_500();
        assert_eq!(
            (&answer.json["code"], &answer.json["reason"]),
            (&json!("INTERNAL_ERROR"), &json!("DOCUMENT_DAMAGED"))
        );
        let part = officer.request("GET", &path).header("Range", "bytes=0-9").send_expecting_500();
        assert_eq!(part.json["reason"], "DOCUMENT_DAMAGED");

        let trail = officer.get(&format!("/api/cases/{}/audit", id_of(&case))).succeeded(200);
        let entry = &trail["entries"][0];
        assert_eq!(
            (&entry["action"], &entry["actor"]),
            (&json!("DOCUMENT_DOWNLOAD"), &json!(officer.user_id))
        );
        assert_eq!(entry["changes"]["after"], json!({"foundDamaged": true}));
        let damaged = format!("casefile_documents_damaged_total {}", 2 * number);
        let figures = officer.get("/metrics").text;
        assert!(figures.lines().any(|line| line == damaged), "{damaged}: {figures}");

        fs::write(file, &whole).unwrap();
        assert!(officer.get(&path).bytes == whole);
    }
}
