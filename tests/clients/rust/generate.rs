//! Generates the client from the API's document.

use std::{env, error::Error, fs, path::Path};

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Map, Value};

const DOCUMENT: &str = "../../../openapi/openapi.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={DOCUMENT}");
    let mut document = serde_json::from_str(&fs::read_to_string(DOCUMENT)?)?;
    leave_out_unknown(&mut document);
    leave_out_minimum(&mut document);
    let document = serde_json::from_value(document)?;

    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Builder);
    let client = Generator::new(&settings).generate_tokens(&document)?;
    let client = prettyplease::unparse(&syn::parse2(client)?);
    fs::write(Path::new(&env::var("OUT_DIR")?).join("client.rs"), client)?;
    Ok(())
}

/// progenitor does not know forms with files, nor a second kind of success or of failure.
fn leave_out_unknown(document: &mut Value) {
    let paths = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    for path in paths.filter_map(Value::as_object_mut) {
        path.retain(|_, operation| operation["requestBody"]["content"].get("multipart/form-data").is_none());
        for answers in path.values_mut().filter_map(|operation| operation["responses"].as_object_mut()) {
            answers.retain(|status, answer| status.starts_with(['2', '3']) || is_error(answer));
            // Of a part of a download.
            answers.remove("206");
        }
    }
}

/// The version of a case would be an `i32` where it may be stale, and a `NonZeroU32` where it has a minimum.
fn leave_out_minimum(part: &mut Value) {
    match part {
        Value::Object(members) => {
            if members.get("type").is_some_and(|kind| kind == "integer") {
                members.remove("minimum");
            }
            members.values_mut().for_each(leave_out_minimum);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_minimum),
        _ => {}
    }
}

fn is_error(answer: &Value) -> bool {
    let content = answer["content"].as_object().into_iter().flat_map(Map::values);
    content.map(|content| &content["schema"]["$ref"]).all(|schema| schema == "#/components/schemas/Error")
}
