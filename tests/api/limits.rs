//! The server keeps the limits that the document states: at a limit a value is taken, beyond it the request is refused
//! and the field named. Made from the document, so that a new field is tried as well.

use serde_json::{Map, Value, json};

use crate::support::{
    Answer, Form, Stage,
    document::{Operation, operations, resolve},
    id_of, samples,
};

/// An identity provider calls them, or sends browsers there; without one they are not found.
const OF_A_PROVIDER: [&str; 3] = ["start_log_in", "log_in_with_claims", "log_out_provider"];

/// Of any length, a made-up one is unknown.
const KNOWN_TO_THE_SERVER: [&str; 2] = ["courtAssignment", "cursor"];

/// A parameter or a field of the body, and what the document says of it.
struct Field {
    place: &'static str,
    name: &'static str,
    schema: &'static Value,
    is_required: bool,
}

#[test]
fn a_value_at_its_limit_is_accepted_and_one_beyond_is_refused() {
    let stage = Stage::new();
    let mut tried = 0;
    for operation in operations().iter().filter(|operation| !OF_A_PROVIDER.contains(&operation.id.as_str())) {
        for field in fields_of(operation) {
            let (taken, refused) = probes(&field);
            for value in taken {
                let answer = ask(&stage, operation, &field, &value);
                let told = format!("{} {}: {value:.60} was not taken", operation.id, field.name);
                assert!(answer.status < 500 && !is_invalid(&answer, field.name), "{told}: {}", answer.text);
                tried += 1;
            }
            for value in refused {
                let answer = ask(&stage, operation, &field, &value);
                let told = format!("{} {}: {value:.60} was not refused", operation.id, field.name);
                assert!(
                    answer.status == 400 && names(&answer, &field),
                    "{told}: {} {}",
                    answer.status,
                    answer.text
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 150, "only {tried} values were tried");
}

fn is_invalid(answer: &Answer, field: &str) -> bool {
    answer.json["code"] == "VALIDATION_ERROR" && answer.json["field"] == field
}

/// Whether an answer is about this field. One of several uploads has an answer of its own, an unknown status is
/// answered with those that may follow, and a field with an older name is refused under its present one.
fn names(answer: &Answer, field: &Field) -> bool {
    let Answer { json, .. } = answer;
    let is_older_name = field.schema["deprecated"] == true && json["field"].is_string();
    let is_status = field.name == "status" && json["code"] == "INVALID_TRANSITION";
    json["field"] == field.name || json["results"][0]["field"] == field.name || is_status || is_older_name
}

fn fields_of(operation: &'static Operation) -> Vec<Field> {
    let parameters = operation.parameters().map(|parameter| Field {
        place: parameter["in"].as_str().unwrap(),
        name: parameter["name"].as_str().unwrap(),
        schema: &parameter["schema"],
        is_required: parameter["required"] == true,
    });
    let Some((kind, schema)) = body_of(operation) else { return parameters.collect() };
    let required = schema["required"].as_array();
    let fields = schema["properties"].as_object().unwrap().iter().map(|(name, schema)| Field {
        place: kind,
        name,
        schema,
        is_required: required.is_some_and(|required| required.contains(&json!(name))),
    });
    parameters.chain(fields).collect()
}

fn body_of(operation: &Operation) -> Option<(&'static str, &'static Value)> {
    let (kind, content) = operation.definition["requestBody"]["content"].as_object()?.iter().next()?;
    Some((kind, resolve(&content["schema"])))
}

/// Values that are taken, and others that are refused.
fn probes(field: &Field) -> (Vec<Value>, Vec<Value>) {
    let schema = resolve(field.schema);
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    match (schema["type"].as_str().unwrap(), schema["format"].as_str()) {
        ("string", Some("date")) => (taken, refused) = (vec![json!("2026-12-01")], vec![json!("2026-13-01")]),
        ("string", Some("date-time")) => {
            (taken, refused) = (vec![json!("2026-12-01T10:30:00Z")], vec![json!("tomorrow")]);
        }
        ("string", Some(_)) | ("array", _) => {}
        ("string", None) => {
            let limit = |name: &str| schema[name].as_u64().map(|limit| usize::try_from(limit).unwrap());
            taken.extend(schema["enum"][0].as_str().map(|word| json!(word)));
            refused.extend(schema["enum"].as_array().map(|_| json!("NO_SUCH_WORD")));
            taken.extend(limit("maxLength").map(|limit| json!("x".repeat(limit))));
            refused.extend(limit("maxLength").map(|limit| json!("x".repeat(limit + 1))));
            refused.extend(limit("minLength").map(|limit| json!("x".repeat(limit - 1))));
            refused.extend((schema["pattern"] == r"\S").then(|| json!(" ")));
        }
        ("integer", _) => {
            let limit = |name: &str, else_it_is: i32| schema[name].as_i64().unwrap_or(else_it_is.into());
            let (least, most) = (limit("minimum", i32::MIN), limit("maximum", i32::MAX));
            (taken, refused) = (vec![json!(least), json!(most)], vec![json!(least - 1), json!(most + 1)]);
        }
        (other, _) => panic!("nobody knows how to try {other}"),
    }
    if field.place == "application/json" {
        let where_null_goes =
            if field.schema["nullable"] == true || !field.is_required { &mut taken } else { &mut refused };
        where_null_goes.push(Value::Null);
        refused.push(json!({}));
    }
    if KNOWN_TO_THE_SERVER.contains(&field.name) {
        taken.retain(Value::is_null);
    }
    (taken, refused)
}

/// A request with only the required fields and this value. Each change is of a case of its own.
fn ask(stage: &Stage, operation: &Operation, field: &Field, value: &Value) -> Answer {
    let officer = stage.officer();
    let case = officer.create_case();
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut path = operation.path.clone();
    for parameter in operation.parameters().filter(|parameter| parameter["in"] == "path") {
        let name = parameter["name"].as_str().unwrap();
        let stated = if (field.place, field.name) == ("path", name) {
            text.as_str()
        } else if parameter["schema"]["format"] == "uuid" {
            id_of(&case)
        } else {
            "nothing"
        };
        path = path.replace(&format!("{{{name}}}"), stated);
    }
    if field.place == "query" {
        path = format!("{path}?{}={text}", field.name);
    }
    let mut request = officer.request(&operation.method, &path);
    if field.place == "header" {
        request = request.header(field.name, &text);
    }
    match body_of(operation) {
        None => request.send(),
        Some(("application/json", schema)) => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let mut body: Map<String, Value> =
                required.map(|name| (name.to_owned(), schema["example"][name].clone())).collect();
            if field.place == "application/json" {
                body.insert(field.name.to_owned(), value.clone());
            }
            request.json(&Value::Object(body)).send()
        }
        Some((_, schema)) => {
            let file = if schema["properties"]["file"].is_null() { "files" } else { "file" };
            let mut form = Form::new().file(file, "a.pdf", &samples::pdf());
            let is_of_form = field.place == "multipart/form-data";
            if !(is_of_form && field.name == "documentType") {
                form = form.text("documentType", "other");
            }
            if is_of_form {
                form = form.text(field.name, &text);
            }
            request.form(form).send()
        }
    }
}
