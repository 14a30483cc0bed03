//! Every list in pages tells where its other pages are.

use serde_json::{Value, json};

use crate::support::{Answer, Client, Stage, id_of, samples};

/// A link's target, by its relation.
fn linked(answer: &Answer, relation: &str) -> Option<String> {
    let end = format!("; rel=\"{relation}\"");
    let link =
        answer.header("Link").expect("no Link").split(", ").find_map(|link| link.strip_suffix(&end))?;
    Some(link.strip_prefix('<').unwrap().strip_suffix('>').unwrap().to_owned())
}

fn ids(answer: &Answer, items: &str) -> Vec<Value> {
    answer.json[items].as_array().unwrap().iter().map(|item| item["id"].clone()).collect()
}

/// Follows the links through the whole list.
fn follow(client: &Client, first: &str, items: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(path) = next {
        assert!(seen.len() < 20, "{first} does not end");
        let page = client.get(&path);
        seen.extend(ids(&page, items));
        let pagination = &page.json["pagination"];
        // Nobody knows how many came before it.
        let number = if path == first { json!(1) } else { Value::Null };
        assert_eq!(pagination.get("page").unwrap_or(&Value::Null), &number, "{path}");
        assert_eq!(pagination["pageSize"], 2, "{path}");
        next = linked(&page, "next");
        assert_eq!(next.is_some(), pagination["nextCursor"].is_string(), "{path}");
        assert_eq!(linked(&page, "first").as_deref(), Some(first), "{path}");
        assert_eq!(linked(&page, "prev"), None, "{path}");
    }
    seen
}

#[test]
fn the_links_lead_through_each_list_from_its_first_page_to_its_last() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    for number in 0..5 {
        officer.create_case();
        officer.patch(&path, json!({"notes": number.to_string()})).succeeded(200);
        officer
            .upload(id_of(&case), &format!("{number}.pdf"), &samples::pdf_of(1000 + number))
            .succeeded(201);
    }
    for (list, items) in [
        ("/api/cases?status=APPLICATION&", "cases"),
        ("/api/cases?sortBy=caseNumber&sortOrder=asc&", "cases"),
        (&format!("{path}/documents?documentType=court-order&"), "documents"),
        (&format!("{path}/audit?"), "entries"),
    ] {
        let all = ids(&officer.get(&format!("{list}pageSize=100")), items);
        assert!(all.len() >= 5, "{list}");
        assert_eq!(follow(&officer, &format!("{list}pageSize=2"), items), all, "{list}");

        let second = officer.get(&format!("{list}pageSize=2&page=2"));
        assert_eq!(
            (&second.json["pagination"]["page"], ids(&second, items)),
            (&json!(2), all[2..4].to_vec())
        );
        let before = officer.get(&linked(&second, "prev").unwrap());
        assert_eq!(ids(&before, items), all[..2], "{list}");
        let after = officer.get(&linked(&second, "next").unwrap());
        assert_eq!(ids(&after, items)[0], all[4], "{list}");
    }
}

#[test]
fn a_filter_stays_in_the_links_whatever_it_is() {
    let stage = Stage::new();
    let officer = stage.officer();
    let answer = officer.get("/api/cases?caseNumber=%3E%3B%22%20%C3%BC&page=2");
    let same = "/api/cases?caseNumber=%3E%3B%22+%C3%BC&pageSize=20";
    assert_eq!(linked(&answer, "first").as_deref(), Some(same));
    assert_eq!(linked(&answer, "prev"), Some(format!("{same}&page=1")));
    assert_eq!(linked(&answer, "next"), None);
    officer.get(&linked(&answer, "prev").unwrap()).succeeded(200);
}

#[test]
fn only_what_counts_stands_in_the_links() {
    let stage = Stage::new();
    let officer = stage.officer();
    let unknown: Vec<_> = (0..2_000).map(|number| format!("u{number}=x")).collect();
    let unknown = unknown.join("&");
    for query in [
        "status=ON_HOLD&status=NONE&Status=DIRECTIONS&pageSize=2&page=2",
        "pagesize=7&status=ON_HOLD&page=2&pageSize=2",
        &format!("{unknown}&status=ON_HOLD&{unknown}&page=2&pageSize=00000000002"),
    ] {
        let answer = officer.get(&format!("/api/cases?{query}"));
        let same = "/api/cases?status=ON_HOLD&pageSize=2";
        let links = format!("<{same}>; rel=\"first\", <{same}&page=1>; rel=\"prev\"");
        assert_eq!(answer.header("Link"), Some(&*links), "{query}");
    }
}

#[test]
fn the_links_have_a_greatest_length() {
    let stage = Stage::new();
    let officer = stage.officer();
    let documents = format!("/api/cases/{}/documents", id_of(&officer.create_case()));
    // A hundred characters, of three each before they are normalised: nothing that is taken is longer.
    let name = "%E1%84%80%E1%85%A1%E1%86%A8".repeat(100);
    let zeros = "0".repeat(10_000);
    for path in [
        format!("{documents}?uploadedBy={name}&page=2&pageSize={zeros}20&documentType=legal-correspondence"),
        format!("/api/cases?caseNumber={}&page={zeros}2&pageSize=%2B{zeros}1", "%F0%9F%8F%9B".repeat(50)),
    ] {
        let answer = officer.get(&path);
        assert_eq!(answer.status, 200, "{}", answer.text);
        let length = answer.header("Link").unwrap().len();
        assert!(length < 10_000, "{length}");
    }
    for parameter in ["uploadedBy", "documentType", "ocrStatus", "cursor"] {
        officer.get(&format!("{documents}?{parameter}={}", "x".repeat(501))).refused_field(parameter);
    }
    for parameter in
        ["status", "caseType", "dateFrom", "dateTo", "caseNumber", "sortBy", "sortOrder", "cursor"]
    {
        officer.get(&format!("/api/cases?{parameter}={}", "x".repeat(501))).refused_field(parameter);
    }
}

#[test]
fn beyond_the_end_the_links_lead_back_to_the_last_page() {
    let stage = Stage::new();
    let officer = stage.officer();
    let audit = format!("/api/cases/{}/audit", id_of(&officer.create_case()));
    for _ in 0..5 {
        officer.create_case();
    }
    for (list, items, last) in
        [("/api/cases?pageSize=2", "cases", 3), (&format!("{audit}?pageSize=2"), "entries", 1)]
    {
        let beyond = officer.get(&format!("{list}&page=99"));
        assert_eq!(beyond.json[items], json!([]));
        let back = linked(&beyond, "prev").unwrap();
        assert_eq!(back, format!("{list}&page={last}"));
        let page = officer.get(&back);
        assert!(!ids(&page, items).is_empty(), "{back}");
        assert_eq!(linked(&page, "next"), None);
    }
}

#[test]
fn the_pages_of_documents_keep_their_size() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case();
    for number in 0..21 {
        officer
            .upload(id_of(&case), &format!("{number}.pdf"), &samples::pdf_of(1000 + number))
            .succeeded(201);
    }
    let page = officer.get(&format!("/api/cases/{}/documents?page=1", id_of(&case)));
    for (relation, items) in [("first", 20), ("next", 1)] {
        let other = officer.get(&linked(&page, relation).unwrap());
        assert_eq!(
            (ids(&other, "documents").len(), &other.json["pagination"]["pageSize"]),
            (items, &json!(20))
        );
    }
}
