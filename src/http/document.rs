//! The OpenAPI document: what the framework says of the operations, and what it cannot say.

use std::collections::HashMap;

use poem::http::StatusCode;
use serde_json::{Map, Value, json};

/// Rewrites the framework's document so that generators of clients and documentation can use all of it.
pub fn finish(mut document: Value) -> Value {
    leave_out_defaults(&mut document);
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
    type_nullable_references(&mut document);
    order_tags(&mut document);
    share(&mut document, "headers", headers);
    share(&mut document, "parameters", header_parameters);
    share(&mut document, "responses", errors);
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

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    entries(document, "paths")
        .into_iter()
        .filter_map(|(_, path)| path.as_object_mut())
        .flat_map(|methods| methods.values_mut())
}

fn responses(document: &mut Value) -> impl Iterator<Item = (String, &mut Value)> {
    operations(document).flat_map(|operation| entries(operation, "responses"))
}

/// Calls `change` with every object of the document, the inner ones first. What an example holds is no part of it.
fn visit(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            for (_, field) in fields.iter_mut().filter(|(name, _)| *name != "example") {
                visit(field, change);
            }
            change(fields);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, change)),
        _ => {}
    }
}

/// The framework states them everywhere.
fn leave_out_defaults(document: &mut Value) {
    visit(document, &mut |fields| {
        for (name, default) in [("deprecated", false), ("required", false), ("explode", true)] {
            if fields.get(name) == Some(&Value::Bool(default)) {
                fields.shift_remove(name);
            }
        }
    });
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

/// A reference that may be null: without a type beside it, `nullable` has no effect (OpenAPI 3.0.3).
fn type_nullable_references(document: &mut Value) {
    let types: HashMap<String, Value> = entries(&mut document["components"], "schemas")
        .into_iter()
        .map(|(name, schema)| (reference("schemas", &name), schema["type"].clone()))
        .collect();
    visit(document, &mut |fields| {
        let Some(Value::Array(parts)) = fields.get_mut("allOf") else { return };
        // The framework repeats there what stands beside it.
        parts.retain(|part| {
            !part
                .as_object()
                .is_some_and(|part| part.keys().all(|key| key == "description" || key == "nullable"))
        });
        let kind = parts.iter().find_map(|part| types.get(part["$ref"].as_str()?)).cloned();
        if let Some(kind) = kind.filter(|_| fields.get("nullable") == Some(&Value::Bool(true))) {
            fields.entry("type").or_insert(kind);
        }
    });
}

/// As the operations come: in the order of a case's life.
fn order_tags(document: &mut Value) {
    let mut names: Vec<Value> = Vec::new();
    for operation in operations(document) {
        names.extend(entries(operation, "tags").into_iter().map(|(_, tag)| tag.clone()));
    }
    if let Some(Value::Array(tags)) = document.get_mut("tags") {
        tags.sort_by_key(|tag| names.iter().position(|name| *name == tag["name"]));
    }
}

type Places = fn(&mut Value) -> Vec<(String, &mut Value)>;

/// What several places say alike moves to the components, and each of them refers to it.
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
    counts.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
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

fn reference(kind: &str, name: &str) -> String {
    format!("#/components/{kind}/{name}")
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
fn errors(document: &mut Value) -> Vec<(String, &mut Value)> {
    let status = |(status, response)| {
        let status = StatusCode::from_bytes(String::as_bytes(&status)).ok()?;
        let is_error = status.is_client_error() || status.is_server_error();
        is_error.then_some((status.canonical_reason()?.replace(' ', ""), response))
    };
    responses(document).filter_map(status).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::finish;

    fn operation(responses: &Value) -> Value {
        json!({
            "tags": ["Cases"],
            "parameters": [{
                "name": "X-REQUEST-ID", "in": "header", "required": false, "explode": true, "schema": { "type": "string" },
            }],
            "responses": responses,
        })
    }

    fn error(example: &str) -> Value {
        json!({
            "description": "No such thing",
            "content": { "application/json; charset=utf-8": {
                "schema": { "allOf": [{ "$ref": "#/components/schemas/Error" }], "example": { "code": example } },
            } },
            "headers": { "ETAG": { "required": true, "deprecated": false, "schema": { "type": "string" } } },
        })
    }

    fn document(paths: &Value) -> Value {
        finish(json!({
            "tags": [{ "name": "Audit" }, { "name": "Cases" }],
            "paths": paths,
            "components": { "schemas": { "Error": { "type": "object" }, "Side": { "type": "string" } } },
        }))
    }

    #[test]
    fn errors_are_references_with_the_example_beside_the_schema() {
        let found = json!({ "404": error("A"), "503": error("B") });
        let other = json!({ "404": error("A"), "503": error("C") });
        let document = document(&json!({ "/a": { "get": operation(&found), "put": operation(&other) } }));
        let (get, put) = (&document["paths"]["/a"]["get"], &document["paths"]["/a"]["put"]);
        let shared = json!({ "$ref": "#/components/responses/NotFound" });
        assert_eq!((&get["responses"]["404"], &put["responses"]["404"]), (&shared, &shared));
        assert_eq!(
            document["components"]["responses"].as_object().unwrap().len(),
            1,
            "503 is said in two ways"
        );
        assert_eq!(
            document["components"]["responses"]["NotFound"],
            json!({
                "description": "No such thing",
                "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Error" }, "example": { "code": "A" },
                } },
                "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
            })
        );
        assert_eq!(
            put["responses"]["503"]["content"]["application/json"],
            json!({ "schema": { "$ref": "#/components/schemas/Error" }, "example": { "code": "C" } })
        );
    }

    #[test]
    fn headers_are_shared_under_their_usual_names() {
        let document =
            document(&json!({ "/a": { "get": operation(&json!({})), "put": operation(&json!({})) } }));
        assert_eq!(
            document["paths"]["/a"]["put"]["parameters"],
            json!([{ "$ref": "#/components/parameters/X-Request-Id" }])
        );
        assert_eq!(
            document["components"]["parameters"]["X-Request-Id"],
            json!({ "name": "X-Request-Id", "in": "header", "schema": { "type": "string" } })
        );
    }

    #[test]
    fn every_operation_states_its_security() {
        let mut closed = operation(&json!({}));
        closed["security"] = json!([{ "session": [] }]);
        let document = document(&json!({ "/a": { "get": closed, "put": operation(&json!({})) } }));
        assert_eq!(document["paths"]["/a"]["get"]["security"], json!([{ "session": [] }]));
        assert_eq!(document["paths"]["/a"]["put"]["security"], json!([]));
    }

    #[test]
    fn tags_come_in_the_order_of_the_operations() {
        let mut audit = operation(&json!({}));
        audit["tags"] = json!(["Audit"]);
        let document = document(&json!({ "/a": { "get": operation(&json!({})), "put": audit } }));
        assert_eq!(document["tags"], json!([{ "name": "Cases" }, { "name": "Audit" }]));
    }

    #[test]
    fn a_reference_that_may_be_null_has_a_type() {
        let side = json!({ "allOf": [
            { "$ref": "#/components/schemas/Side" }, { "description": "Whose", "nullable": true },
        ], "description": "Whose", "nullable": true });
        let answer = json!({ "200": { "description": "", "content": { "application/json": { "schema": {
            "type": "object", "properties": { "side": side }, "example": { "deprecated": false },
        } } } } });
        let document = document(&json!({ "/a": { "get": operation(&answer) } }));
        let content = &document["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"];
        assert_eq!(
            content["schema"]["properties"]["side"],
            json!({
                "allOf": [{ "$ref": "#/components/schemas/Side" }],
                "description": "Whose", "nullable": true, "type": "string",
            })
        );
        assert_eq!(content["example"], json!({ "deprecated": false }), "an example is left as it is");
    }
}
