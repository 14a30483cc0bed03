//! Uploads at the same time, over connections of their own.

use std::thread;

use serde_json::{Value, json};

use crate::support::{Answer, Client, Stage, id_of, samples};

const AT_ONCE: usize = 20;

fn upload_at_once(officer: &Client, case: &Value, bytes: impl Fn() -> Vec<u8> + Sync) -> Vec<Answer> {
    thread::scope(|scope| {
        let uploads: Vec<_> =
            (0..AT_ONCE).map(|_| scope.spawn(|| officer.upload(id_of(case), "a.pdf", &bytes()))).collect();
        uploads.into_iter().map(|upload| upload.join().unwrap()).collect()
    })
}

#[test]
fn only_one_of_several_equal_files_is_stored() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let bytes = samples::pdf_of(100_000);
    let (stored, refused): (Vec<_>, Vec<_>) = upload_at_once(&officer, &case, || bytes.clone())
        .into_iter()
        .partition(|answer| answer.status == 201);
    assert_eq!((stored.len(), refused.len()), (1, AT_ONCE - 1));
    for answer in refused {
        let refusal = answer.refused_field("file");
        assert_eq!(refusal["isDuplicate"], true);
        assert_eq!(refusal["existingDocumentId"], stored[0].json["documentId"]);
    }
    let statuses = "select array_agg(upload_status::text || ' ' || n order by 1) from (
        select upload_status, count(*) as n from core.documents where case_id::text = $1 group by 1) as s";
    let row = stage.database().superuser().query_one(statuses, &[&id_of(&case)]).unwrap();
    let statuses: Vec<String> = row.get(0);
    assert_eq!(statuses.len(), 2);
    assert!(
        statuses.contains(&"complete 1".to_owned()) && statuses.contains(&"failed 19".to_owned()),
        "{statuses:?}"
    );
    assert_eq!(stage.stored(Some(id_of(&case))).len(), 1);
}

#[test]
fn versions_are_numbered_without_gap_or_repeat() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for answer in upload_at_once(&officer, &case, samples::pdf) {
        answer.succeeded(201);
    }
    let path = format!("/api/cases/{}/documents/a.pdf/versions", id_of(&case));
    let list = officer.get(&path).succeeded(200);
    let versions: Vec<_> =
        list["versions"].as_array().unwrap().iter().map(|document| &document["version"]).collect();
    let wanted: Vec<_> = (1..=AT_ONCE).rev().map(|version| json!(version)).collect();
    assert_eq!(versions, wanted.iter().collect::<Vec<_>>());
    assert_eq!(stage.stored(Some(id_of(&case))).len(), AT_ONCE);
}
