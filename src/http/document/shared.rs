//! Moves what many operations repeat to `components`.

use std::cmp::Reverse;

use poem::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{entries, operations, reference, responses};

/// Moves headers, parameters and failures that are said more than once.
pub fn share_all(document: &mut Value) {
    share(document, "headers", headers);
    share(document, "parameters", header_parameters);
    share(document, "responses", failures);
}

type Places = fn(&mut Value) -> Vec<(String, &mut Value)>;

/// Moves repeated parts to the components, and refers to them from each place.
fn share(document: &mut Value, kind: &str, places: Places) {
    let mut shared = Map::new();
    let mut counts: Vec<(String, Value, usize)> = Vec::new();
    for (name, value) in places(document) {
        match counts.iter_mut().find(|(known, other, _)| *known == name && other == value) {
            Some((.., count)) => *count += 1,
            None => counts.push((name, value.clone(), 1)),
        }
    }
    counts.retain(|(.., count)| *count > 1);
    // One name stands for one thing: the most usual.
    counts.sort_by_key(|(.., count)| Reverse(*count));
    for (name, value, _) in counts {
        shared.entry(name).or_insert(value);
    }
    for (name, value) in places(document) {
        if shared.get(&name) == Some(value) {
            *value = json!({ "$ref": reference(kind, &name) });
        }
    }
    if let (false, Some(Value::Object(components))) = (shared.is_empty(), document.get_mut("components")) {
        shared.sort_keys();
        components.insert(kind.to_owned(), Value::Object(shared));
    }
}

fn headers(document: &mut Value) -> Vec<(String, &mut Value)> {
    responses(document).flat_map(|(_, response)| entries(response, "headers")).collect()
}

fn header_parameters(document: &mut Value) -> Vec<(String, &mut Value)> {
    operations(document)
        .flat_map(|operation| entries(operation, "parameters"))
        .filter(|(_, parameter)| parameter["in"] == "header")
        .map(|(_, parameter)| (parameter["name"].as_str().unwrap_or_default().to_owned(), parameter))
        .collect()
}

/// Under the name of their status: `NotFound`.
fn failures(document: &mut Value) -> Vec<(String, &mut Value)> {
    let status = |(status, response)| {
        let status = StatusCode::from_bytes(String::as_bytes(&status)).ok()?;
        let is_error = status.is_client_error() || status.is_server_error();
        is_error.then_some((status.canonical_reason()?.replace(' ', ""), response))
    };
    responses(document).filter_map(status).collect()
}
