//! A JSON body, and the field that is wrong with it.

use std::borrow::Cow;

use poem::{Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    payload::{Json, Payload},
    registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry},
    types::{ParseFromJSON, ParseResult, ToJSON, Type},
};
use postgres_types::ToSql;
use serde_json::{Map, Value};

use crate::{
    error::Failure,
    field_error::{FieldError, FieldErrors},
    reason::Reason,
    values::impl_to_sql,
};

/// An object in JSON, of which no field is required to be there.
pub struct Body<T>(pub T);

impl<'a, T: ParseFromJSON> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = MetaMediaType { content_type: "application/json", schema: T::schema_ref() };
        Some(MetaRequest { description: None, content: vec![content], required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        if !request.content_type().is_some_and(Json::<T>::check_content_type) {
            return Err(Failure::from(Reason::UnsupportedMediaType).into());
        }
        let bytes = body.take()?.into_vec().await?;
        let fields = serde_json::from_slice::<Map<String, Value>>(&bytes).map_err(|error| {
            let place = if error.is_data() {
                String::new()
            } else {
                format!(". The JSON is wrong at line {}, column {}", error.line(), error.column())
            };
            Failure::about(Reason::MalformedJson, "body", format!("The body must be a JSON object{place}"))
        })?;
        parse(fields).map(Self).map_err(poem::Error::from)
    }
}

fn parse<T: ParseFromJSON>(fields: Map<String, Value>) -> Result<T, Failure> {
    T::parse_from_json(Some(Value::Object(fields.clone()))).map_err(|whole| {
        // The framework says what is wrong and not where. As no field is required, each can be tried alone.
        let errors: Vec<FieldError> = fields
            .into_iter()
            .filter_map(|(name, value)| {
                let alone = Map::from_iter([(name.clone(), value)]);
                let error = T::parse_from_json(Some(Value::Object(alone))).err()?;
                Some(FieldError::unreadable(&name, error.message()))
            })
            .collect();
        FieldErrors(errors)
            .check()
            .map_or_else(Failure::from, |()| FieldError::unreadable("body", whole.message()).into())
    })
}

/// Documented as required. The database checks that it is there.
#[derive(Debug)]
pub struct Required<T>(pub Option<T>);

impl<T: Type> Type for Required<T> {
    const IS_REQUIRED: bool = true;
    type RawValueType = T::RawValueType;
    type RawElementValueType = T::RawElementValueType;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    /// A text that is nothing but white space is not there.
    fn schema_ref() -> MetaSchemaRef {
        match T::schema_ref() {
            MetaSchemaRef::Inline(schema) if schema.ty == "string" => {
                let (min_length, pattern) = (Some(1), Some(r"\S".to_owned()));
                MetaSchemaRef::Inline(Box::new(MetaSchema { min_length, pattern, ..*schema }))
            }
            other => other,
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        self.0.as_raw_value()
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        self.0.raw_element_iter()
    }
}

impl<T: ParseFromJSON> ParseFromJSON for Required<T> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        Option::parse_from_json(value).map(Self).map_err(poem_openapi::types::ParseError::propagate)
    }
}

impl<T: ToJSON> ToJSON for Required<T> {
    fn to_json(&self) -> Option<Value> {
        self.0.to_json()
    }
}

impl_to_sql!(Required<T>, T, T: ToSql);
