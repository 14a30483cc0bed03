//! An answer in JSON.

use poem::{IntoResponse, Response};
use poem_openapi::{
    ApiResponse,
    payload::Payload,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry},
    types::{Example, ParseFromJSON, ToJSON, Type},
};
use serde::Serialize;

use crate::error::Failure;

/// Room for a case; a list makes more for itself. Much more for every answer would cost more than it saves.
const ROOM: usize = 2 * 1024;

/// A type that the framework documents. It goes out by `Serialize`, straight into bytes; a test checks that the
/// framework would write the same.
pub trait Documented: Serialize + Type + ToJSON + ParseFromJSON + Example {}
impl<T: Serialize + Type + ToJSON + ParseFromJSON + Example> Documented for T {}

pub struct Json<T>(pub T);

impl<T: Documented> Payload for Json<T> {
    const CONTENT_TYPE: &'static str = "application/json; charset=utf-8";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
        #[cfg(test)]
        tests::assert_goes_out_as_documented::<T>();
    }
}

impl<T: Documented> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut body = Vec::with_capacity(ROOM);
        match serde_json::to_writer(&mut body, &self.0) {
            Ok(()) => Response::builder().content_type(Self::CONTENT_TYPE).body(body),
            Err(error) => poem::Error::from(Failure::internal(&error)).into_response(),
        }
    }
}

impl<T: Documented> ApiResponse for Json<T> {
    fn meta() -> MetaResponses {
        let content = MetaMediaType { content_type: Self::CONTENT_TYPE, schema: Self::schema_ref() };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "",
                status: Some(200),
                status_range: None,
                content: vec![content],
                headers: Vec::new(),
            }],
        }
    }

    fn register(registry: &mut Registry) {
        <Self as Payload>::register(registry);
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use serde_json::Value;

    use super::Documented;

    #[test]
    fn every_answer_goes_out_as_it_is_documented() {
        // Building the document compares them all.
        assert!(crate::http::document().to_string().contains("CaseWithHistory"));
    }

    /// The same fields in the same order, with any of them absent.
    pub fn assert_goes_out_as_documented<T: Documented>() {
        let example = T::example();
        assert_goes_out_as(&example);
        for sparse in without_each_field(&example.to_json().unwrap()) {
            // It fails for fields that are always there.
            if let Ok(sparse) = T::parse_from_json(Some(sparse)) {
                assert_goes_out_as(&sparse);
            }
        }
    }

    fn assert_goes_out_as<T: Documented>(answer: &T) {
        let documented = answer.to_json().unwrap().to_string();
        assert_eq!(serde_json::to_string(answer).unwrap(), documented, "{}", T::name());
    }

    fn without_each_field(value: &Value) -> Vec<Value> {
        match value {
            Value::Object(fields) => fields
                .iter()
                .flat_map(|(name, field)| {
                    let mut less = fields.clone();
                    less.remove(name);
                    let inside = without_each_field(field).into_iter().map(move |field| {
                        let mut fields = fields.clone();
                        fields.insert(name.clone(), field);
                        fields
                    });
                    iter::once(less).chain(inside).map(Value::Object)
                })
                .collect(),
            Value::Array(items) => {
                let items = items.first().map(without_each_field).unwrap_or_default();
                items.into_iter().map(|item| Value::Array(vec![item])).collect()
            }
            _ => Vec::new(),
        }
    }
}
