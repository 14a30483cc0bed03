//! The OpenAPI document: what the framework says of the operations, and what it cannot say.

mod schemas;
mod shared;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

/// Rewrites the framework's document so that generators of clients and documentation can use all of it.
pub fn finish(mut document: Value) -> Value {
    schemas::leave_out_defaults(&mut document);
    schemas::write_limits_whole(&mut document);
    schemas::mark_nullable(&mut document);
    schemas::type_nullable_references(&mut document);
    for operation in operations(&mut document) {
        state_security(operation);
        for (_, parameter) in entries(operation, "parameters") {
            spell_header(parameter);
        }
        for (_, response) in entries(operation, "responses") {
            spell_headers(response);
            name_content_types(response);
            for (_, content) in entries(response, "content") {
                move_example(content);
            }
        }
    }
    order_tags(&mut document);
    shared::share_all(&mut document);
    document
}

/// The members of an object or array that `value` has under `name`; an array's have no names.
fn entries<'a>(value: &'a mut Value, name: &str) -> Vec<(String, &'a mut Value)> {
    match value.get_mut(name) {
        Some(Value::Object(fields)) => fields.iter_mut().map(|(name, value)| (name.clone(), value)).collect(),
        Some(Value::Array(items)) => items.iter_mut().map(|item| (String::new(), item)).collect(),
        _ => Vec::new(),
    }
}

fn reference(kind: &str, name: &str) -> String {
    format!("#/components/{kind}/{name}")
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    entries(document, "paths")
        .into_iter()
        .filter_map(|(_, path)| path.as_object_mut())
        .flat_map(|methods| methods.values_mut())
}

fn responses(document: &mut Value) -> impl Iterator<Item = (String, &mut Value)> {
    operations(document).flat_map(|operation| entries(operation, "responses"))
}

/// Without it, a reader cannot tell an open operation from a forgotten one.
fn state_security(operation: &mut Value) {
    if let Value::Object(fields) = operation {
        fields.entry("security").or_insert(json!([]));
    }
}

/// The framework writes the names of headers in capitals.
fn spell_headers(response: &mut Value) {
    let Some(Value::Object(headers)) = response.get_mut("headers") else { return };
    *headers = std::mem::take(headers).into_iter().map(|(name, header)| (spelled(&name), header)).collect();
}

fn spell_header(parameter: &mut Value) {
    if parameter["in"] == "header"
        && let Some(Value::String(name)) = parameter.get_mut("name")
    {
        *name = spelled(name);
    }
}

fn spelled(header: &str) -> String {
    if header.chars().any(|c| c.is_ascii_lowercase()) {
        return header.to_owned();
    }
    match header {
        "ETAG" => "ETag".to_owned(),
        _ => header.split('-').map(capitalised).collect::<Vec<_>>().join("-"),
    }
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_owned() + &rest.to_ascii_lowercase()
}

/// JSON is UTF-8 in any case, and some generators know the type by its name alone.
fn name_content_types(response: &mut Value) {
    if let Some(Value::Object(content)) = response.get_mut("content") {
        let named = |(kind, content): (String, Value)| {
            (kind.split(';').next().unwrap_or_default().to_owned(), content)
        };
        *content = std::mem::take(content).into_iter().map(named).collect();
    }
}

/// An example stands beside the schema. A schema that is only there to hold one becomes the reference that it wraps.
fn move_example(content: &mut Value) {
    let Some(Value::Object(schema)) = content.get_mut("schema") else { return };
    let example = schema.shift_remove("example");
    let parts = schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice);
    if let (1, Some([reference])) = (schema.len(), parts) {
        *schema = reference.as_object().cloned().unwrap_or_default();
    }
    if let Some(example) = example {
        content["example"] = example;
    }
}

/// Like the operations: in the order of a case's life.
fn order_tags(document: &mut Value) {
    let mut names: Vec<Value> = Vec::new();
    for operation in operations(document) {
        names.extend(entries(operation, "tags").into_iter().map(|(_, tag)| tag.clone()));
    }
    if let Some(Value::Array(tags)) = document.get_mut("tags") {
        tags.sort_by_key(|tag| names.iter().position(|name| *name == tag["name"]));
    }
}
