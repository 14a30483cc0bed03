//! The document's examples of path parameters: cases, documents and people of the demonstration caseload
//! (`scripts/demo.sql`, `scripts/demo-documents.sql`). An operation that is tried as it stands gives its documented
//! answer.

use serde_json::Value;

/// Everybody takes part in this case. Operations that change one have others, so that each can be tried after any other.
const CASE: &str = "01970000-0000-7000-8000-000000000001";
const DOCUMENT: &str = "01970000-0000-7000-8000-000000000011";

/// The example of a parameter for one operation.
fn example(operation: &str, parameter: &str) -> Option<&'static str> {
    Some(match (operation, parameter) {
        ("change_case_status", "id") => "01970000-0000-7000-8000-000000000002",
        ("update_case" | "revoke_assignment" | "unlink_organisation", "id") => {
            "01970000-0000-7000-8000-000000000003"
        }
        ("create_assignment" | "link_organisation" | "upload_document" | "upload_documents", "id") => {
            "01970000-0000-7000-8000-000000000004"
        }
        ("delete_case", "id") => "01970000-0000-7000-8000-000000000005",
        ("get_document" | "download_document", "id") => DOCUMENT,
        ("delete_document", "id") => "01970000-0000-7000-8000-000000000012",
        (_, "id") => CASE,
        (_, "assignmentId") => "01970000-0000-7000-8000-000000000031",
        (_, "organisationId") => "midlands-adoption",
        (_, "filename") => "Placement order.pdf",
        _ => return None,
    })
}

/// Writes the examples into the document.
pub fn add_examples(mut document: Value) -> Value {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for operation in paths.filter_map(|(_, path)| path.as_object_mut()).flat_map(|path| path.values_mut()) {
        if let Some(form) = operation.pointer_mut("/requestBody/content/multipart~1form-data/schema") {
            spread_form(form);
        }
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let example = parameter["name"].as_str().and_then(|name| example(&id, name));
            if let Some(example) = example.filter(|_| parameter["in"] == "path") {
                parameter["example"] = example.into();
            }
        }
    }
    document
}

/// Gives each text of a form its part of the form's example, as pages that show a form field by field want it.
fn spread_form(form: &mut Value) {
    let texts = form["example"].clone();
    let fields = form.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten();
    for (name, field) in fields.filter(|(_, field)| field["type"] == "string") {
        if let Some(text) = texts[name].as_str().filter(|_| field.get("format").is_none()) {
            field["example"] = text.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_parameter_of_a_path_has_the_example_of_its_operation() {
        let operation = |id: &str| json!({"operationId": id, "parameters": [{"in": "path", "name": "id"}, {"in": "query", "name": "id"}]});
        let document = json!({"paths": {"/cases/{id}": {"get": operation("get_case"), "delete": operation("delete_case")}}});
        let document = add_examples(document);
        let path = &document["paths"]["/cases/{id}"];
        assert_eq!(path["get"]["parameters"][0]["example"], CASE);
        assert_ne!(path["delete"]["parameters"][0]["example"], CASE);
        assert_eq!(path["get"]["parameters"][1].get("example"), None);
        assert_eq!(path["get"].get("requestBody"), None);
    }

    #[test]
    fn a_text_of_a_form_has_its_part_of_the_example() {
        let mut form = json!({
            "properties": {
                "file": {"type": "string", "format": "binary"},
                "descriptions": {"type": "string"},
                "type": {"$ref": "#/components/schemas/DocumentType"},
            },
            "example": {"file": "(bytes)", "descriptions": "[null]", "type": "other"},
        });
        spread_form(&mut form);
        assert_eq!(form["properties"]["descriptions"]["example"], "[null]");
        assert_eq!(form["properties"]["file"].get("example"), None);
        assert_eq!(form["properties"]["type"].get("example"), None);
    }
}
