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
    assert_eq!(document["components"]["responses"].as_object().unwrap().len(), 1, "503 is said in two ways");
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
    let document = document(&json!({ "/a": { "get": operation(&json!({})), "put": operation(&json!({})) } }));
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

#[test]
fn a_body_may_say_null_for_what_it_could_leave_out_and_an_answer_that_says_null_leaves_nothing_out() {
    let case = json!({
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": { "type": "string" }, "notes": { "type": "string" }, "side": { "type": "string", "nullable": true },
        },
    });
    let mut create = operation(&json!({}));
    create["requestBody"]["content"]["application/json"]["schema"]["$ref"] =
        "#/components/schemas/Asked".into();
    let finished = finish(json!({
        "paths": { "/a": { "post": create } },
        "components": { "schemas": { "Asked": case, "Answered": case } },
    }));
    let (asked, answered) =
        (&finished["components"]["schemas"]["Asked"], &finished["components"]["schemas"]["Answered"]);
    assert_eq!(asked["required"], json!(["type"]));
    assert_eq!(asked["properties"]["notes"], json!({ "type": "string", "nullable": true }));
    assert_eq!(asked["properties"]["type"], json!({ "type": "string" }));
    assert_eq!(answered["required"], json!(["type", "side"]));
    assert_eq!(answered["properties"]["notes"], json!({ "type": "string" }));
}

#[test]
fn limits_are_whole_numbers() {
    let page = json!({ "name": "page", "in": "query", "schema": { "type": "integer", "minimum": 1.0, "maximum": 100.0 } });
    let mut list = operation(&json!({}));
    list["parameters"] = json!([page]);
    let document = document(&json!({ "/a": { "get": list } }));
    let schema = &document["paths"]["/a"]["get"]["parameters"][0]["schema"];
    assert_eq!(schema.to_string(), r#"{"type":"integer","minimum":1,"maximum":100}"#);
}
