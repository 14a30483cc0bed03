//! The committed OpenAPI document: every answer that any test sees must be in it.

use std::{fs, path::Path, sync::OnceLock};

use regex::Regex;
use serde_json::Value;

use super::answer::Answer;

pub fn openapi() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_str(&text).unwrap()
    })
}

pub struct Operation {
    pub id: String,
    pub method: String,
    /// As the server serves it: `/api/cases/{id}`.
    pub path: String,
    pub definition: &'static Value,
}

impl Operation {
    pub fn parameters(&self) -> impl Iterator<Item = &'static Value> {
        self.definition["parameters"].as_array().into_iter().flatten().map(resolve)
    }

    pub fn responses(&self) -> impl Iterator<Item = (&'static str, &'static Value)> {
        let responses = self.definition["responses"].as_object().into_iter().flatten();
        responses.map(|(status, response)| (status.as_str(), resolve(response)))
    }
}

pub fn operations() -> &'static [Operation] {
    static OPERATIONS: OnceLock<Vec<Operation>> = OnceLock::new();
    OPERATIONS.get_or_init(|| {
        let document = openapi();
        let base = document["servers"][0]["url"].as_str().unwrap_or_default().trim_end_matches('/');
        let mut operations = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, definition) in methods.as_object().unwrap() {
                operations.push(Operation {
                    id: definition["operationId"].as_str().unwrap_or_default().to_owned(),
                    method: method.to_uppercase(),
                    path: format!("{base}{path}"),
                    definition,
                });
            }
        }
        operations
    })
}

/// The operation that serves such a request, if any does.
pub fn operation(method: &str, path: &str) -> Option<&'static Operation> {
    let path = path.split('?').next().unwrap_or_default();
    operations().iter().find(|operation| operation.method == method && is_at(&operation.path, path))
}

fn is_at(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(&path).all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
}

/// Paths served beside the API.
const NO_OPERATIONS: [&str; 4] = ["/", "/docs", "/metrics", "/openapi.json"];

#[track_caller]
pub fn check_documented(method: &str, path: &str, answer: &Answer) {
    let Some(operation) = operation(method, path) else {
        let is_known = NO_OPERATIONS.contains(&path)
            || path.starts_with("/docs/")
            || method == "OPTIONS"
            || method == "HEAD";
        assert!(
            is_known || answer.status >= 400,
            "{method} {path} answered {}, and no operation is there: {}",
            answer.status,
            answer.text,
        );
        return;
    };
    let documented = resolve(&operation.definition["responses"][answer.status.to_string()]);
    assert!(
        documented.is_object(),
        "{method} {path} answered {}, which the document of {} does not know: {}",
        answer.status,
        operation.id,
        answer.text,
    );
    let Some(kinds) = documented["content"].as_object().filter(|kinds| !kinds.is_empty()) else {
        assert!(answer.bytes.is_empty(), "{} answered more than nothing: {}", operation.id, answer.text);
        return;
    };
    let sent = essence(answer.header("Content-Type").unwrap_or_default());
    let kind = kinds.iter().find(|(kind, _)| essence(kind) == sent);
    let (_, kind) =
        kind.unwrap_or_else(|| panic!("{} answered {sent:?}, which its document lacks", operation.id));
    if sent == "application/json" {
        check_value(&operation.id, "", &answer.json, &kind["schema"]);
    }
}

fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// A value matches its schema: its type, one of its words, and all required fields but no unknown ones.
#[track_caller]
fn check_value(operation: &str, place: &str, value: &Value, schema: &'static Value) {
    let mut schemas = Vec::new();
    collect(schema, &mut schemas);
    if value.is_null() {
        let may_be = schemas.iter().any(|schema| schema["nullable"] == true);
        assert!(may_be, "{operation} answered null at {place:?}, which its document does not allow");
        return;
    }
    for schema in &schemas {
        if let Some(kind) = schema["type"].as_str() {
            assert!(is_of(kind, value), "{operation} answered {value} at {place:?} instead of {kind}");
        }
        if let Some(words) = schema["enum"].as_array() {
            assert!(words.contains(value), "{operation} answered {value} at {place:?}, none of {words:?}");
        }
        check_limits(operation, place, value, schema);
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            assert!(value.get(name).is_some(), "{operation} answered no {place}/{name}");
        }
    }
    match value {
        Value::Object(fields) if is_closed(&schemas) => {
            for (name, value) in fields {
                let property = schemas.iter().find_map(|schema| schema["properties"].get(name));
                let property = property.unwrap_or_else(|| {
                    panic!("{operation} answered {place}/{name}, which its document lacks")
                });
                check_value(operation, &format!("{place}/{name}"), value, property);
            }
        }
        Value::Array(items) => {
            let of_items = schemas.iter().find_map(|schema| schema.get("items"));
            let of_items = of_items.unwrap_or_else(|| panic!("{operation}: what is in {place:?}?"));
            for item in items {
                check_value(operation, &format!("{place}[]"), item, of_items);
            }
        }
        _ => (),
    }
}

#[track_caller]
fn check_limits(operation: &str, place: &str, value: &Value, schema: &Value) {
    let limit = |name: &str| schema[name].as_u64().map(|limit| usize::try_from(limit).unwrap());
    let length = value.as_str().map(|text| text.chars().count()).or(value.as_array().map(Vec::len));
    if let Some(length) = length {
        let (least, most) =
            (limit("minLength").or(limit("minItems")), limit("maxLength").or(limit("maxItems")));
        let is_within = least.is_none_or(|least| length >= least) && most.is_none_or(|most| length <= most);
        assert!(is_within, "{operation} answered {length} characters or items at {place:?}");
    }
    if let Some(number) = value.as_i64() {
        let (least, most) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
        let is_within = least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most);
        assert!(is_within, "{operation} answered {number} at {place:?}");
    }
    if let (Some(text), Some(pattern)) = (value.as_str(), schema["pattern"].as_str()) {
        let is_of_it = Regex::new(pattern).unwrap().is_match(text);
        assert!(is_of_it, "{operation} answered {text:?} at {place:?}, which is not of the form {pattern}");
    }
}

/// The schema, and all that it is made of.
fn collect(schema: &'static Value, into: &mut Vec<&'static Value>) {
    let schema = resolve(schema);
    into.push(schema);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(part, into);
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("the document has a type {other}"),
    }
}

/// Whether no fields but the documented ones may appear.
fn is_closed(schemas: &[&Value]) -> bool {
    schemas.iter().any(|schema| schema.get("properties").is_some())
        && schemas.iter().all(|schema| schema.get("additionalProperties").is_none_or(|more| more == false))
}

/// The target of a reference.
pub fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => openapi().pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}
