//! The committed OpenAPI document: every answer that any test sees must be in it.

use std::{fs, path::Path, sync::OnceLock};

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

#[track_caller]
pub fn check_documented(method: &str, path: &str, answer: &Answer) {
    let Some(operation) = operation(method, path) else { return };
    let documented = &operation.definition["responses"][answer.status.to_string()];
    assert!(
        documented.is_object(),
        "{method} {path} answered {}, which the document of {} does not know: {}",
        answer.status,
        operation.id,
        answer.text,
    );
    if let Some(kind) = documented["content"].as_object().and_then(|kinds| kinds.values().next()) {
        check_fields(&operation.id, "", &answer.json, &kind["schema"]);
    }
}

/// No field in an answer that its schema does not tell.
#[track_caller]
fn check_fields(operation: &str, place: &str, value: &Value, schema: &'static Value) {
    let schema = resolve(schema);
    let parts = ["allOf", "anyOf", "oneOf"].iter().filter_map(|key| schema[key].as_array()).flatten();
    let schemas: Vec<_> = parts.map(resolve).chain([schema]).collect();
    match value {
        Value::Object(fields) => {
            if schemas
                .iter()
                .any(|schema| schema.get("additionalProperties").is_some_and(|more| more != false))
                || schemas.iter().all(|schema| schema.get("properties").is_none())
            {
                return;
            }
            for (name, value) in fields {
                let property = schemas.iter().find_map(|schema| schema["properties"].get(name));
                let property = property.unwrap_or_else(|| {
                    panic!("{operation} answered {place}/{name}, which its document lacks")
                });
                check_fields(operation, &format!("{place}/{name}"), value, property);
            }
        }
        Value::Array(items) => {
            for item in items {
                check_fields(operation, &format!("{place}[]"), item, &schema["items"]);
            }
        }
        _ => (),
    }
}

pub fn resolve(schema: &'static Value) -> &'static Value {
    match schema["$ref"].as_str() {
        Some(reference) => openapi().pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}
