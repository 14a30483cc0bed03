//! Schemas, as readers of OpenAPI 3.0 want them.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{entries, operations, reference};

/// Calls `change` with every object of the document, the inner ones first. The contents of examples are left out.
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
pub fn leave_out_defaults(document: &mut Value) {
    visit(document, &mut |fields| {
        for (name, default) in [("deprecated", false), ("required", false), ("explode", true)] {
            if fields.get(name) == Some(&Value::Bool(default)) {
                fields.shift_remove(name);
            }
        }
    });
}

/// A reference that may be null: without a type beside it, `nullable` has no effect (OpenAPI 3.0.3).
pub fn type_nullable_references(document: &mut Value) {
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

/// Limits are whole numbers here, which the framework writes as `1.0`.
pub fn write_limits_whole(document: &mut Value) {
    visit(document, &mut |fields| {
        for name in ["minimum", "maximum"] {
            let whole = fields.get(name).and_then(Value::as_f64).map(|limit| format!("{limit:.0}"));
            if let Some(Ok(limit)) = whole.map(|limit| limit.parse::<i64>()) {
                fields[name] = limit.into();
            }
        }
    });
}

/// A body may say null for an optional field; an answer that says null leaves nothing out.
pub fn mark_nullable(document: &mut Value) {
    let asked: Vec<Value> = operations(document)
        .filter_map(|operation| {
            operation.pointer("/requestBody/content/application~1json/schema/$ref").cloned()
        })
        .collect();
    for (name, schema) in entries(&mut document["components"], "schemas") {
        let mut required = schema["required"].as_array().cloned().unwrap_or_default();
        let is_asked = asked.contains(&reference("schemas", &name).into());
        for (name, property) in entries(schema, "properties") {
            let is_required = required.contains(&Value::from(name.as_str()));
            if is_asked && !is_required {
                property["nullable"] = true.into();
            } else if !is_asked && !is_required && property["nullable"] == true {
                required.push(name.into());
            }
        }
        if !required.is_empty() {
            schema["required"] = required.into();
        }
    }
}
