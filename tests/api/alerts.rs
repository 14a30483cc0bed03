//! The server or the worker reports each figure that alerts and dashboard ask for.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use crate::support::{
    Client, free_port, id_of, samples,
    workshop::{Workshop, download, until, upload, wait_for},
};

const RULES: &str = "scripts/deploy/prometheus/casefile.rules.yml";
const DASHBOARD: &str = "scripts/deploy/grafana/casefile.json";

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// All that look like names of our figures.
fn names_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words
        .filter(|word| word.starts_with("casefile_") || word.starts_with("process_"))
        .map(str::to_owned)
        .collect()
}

/// The samples that are told, by name.
fn told(text: &str) -> BTreeSet<String> {
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples.map(|line| line.split(['{', ' ']).next().unwrap().to_owned()).collect()
}

#[test]
fn alerts_and_dashboard_use_only_existing_metrics() {
    let workshop = Workshop::new();
    let admin = free_port();
    let port = admin.to_string();
    let worker = workshop.worker_with(&[("ADMIN_PORT", port.as_str())]);
    let officer = workshop.officer();
    let document = upload(&officer, &officer.create_case(), "a.docx", &samples::docx());
    wait_for(&officer, &document, "clean", "not-applicable");
    assert_eq!(download(&officer, &document).status, 200);
    officer.get(&format!("/api/cases/{}", id_of(&document))).refused(404, "NOT_FOUND");
    workshop.officer().post("/api/auth/logout", json!({})).succeeded(200);
    until("the worker listens", || worker.log().contains("waiting"));
    let figures = |client: Client| told(&client.request("GET", "/metrics").run().text);
    let told = &figures(workshop.server.client()) | &figures(Client::of(admin));

    let dashboard: Value = serde_json::from_str(&read(DASHBOARD)).unwrap();
    let mut asked = names_in(&read(RULES));
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            asked.append(&mut names_in(target["expr"].as_str().unwrap()));
        }
    }
    let untold: Vec<_> = asked.difference(&told).collect();
    assert!(asked.len() > 25 && untold.is_empty(), "{untold:?} of {}", asked.len());
}
