//! The parameters of one operation in the API's document: which of them is at fault, and which parameters of a request
//! the operation does not have.

use std::{collections::HashMap, sync::Arc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use poem::{Error, Request, http::HeaderValue};
use poem_openapi::{
    error::{ParseParamError, ParsePathError},
    registry::{MetaOperation, MetaParamIn, MetaSchemaRef},
    types::ParseFromParameter,
};
use url::form_urlencoded;

use crate::{
    error::Failure,
    field_error::{FieldCode, FieldError, FieldErrors},
    values::{AnyLength, Date, Text},
};

/// Names the parameters of the query that did not count.
pub const IGNORED: &str = "Casefile-Ignored-Parameters";
/// More than a client writes by mistake.
const MOST_NAMED: usize = 20;
const LONGEST_NAME: usize = 100;
const OUTSIDE_OF_NAMES: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

pub struct Parameters {
    /// The framework numbers them: `param0` is `id`.
    path: HashMap<String, String>,
    query: Vec<(String, Kind)>,
}

/// Those of a request that its operation has; of repeated ones, the first.
pub fn counting(request: &Request) -> Vec<(String, String)> {
    let given = form_urlencoded::parse(request.original_uri().query().unwrap_or_default().as_bytes());
    let Some(parameters) = request.data::<Arc<Parameters>>() else { return Vec::new() };
    let mut counting: Vec<(String, String)> = Vec::new();
    for (name, value) in given {
        if parameters.has(&name) && !counting.iter().any(|(known, _)| *known == name) {
            counting.push((name.into_owned(), value.into_owned()));
        }
    }
    counting
}

/// The kind of value that a parameter takes.
enum Kind {
    Integer,
    Date,
    Text,
}

impl Parameters {
    pub fn of(operation: Option<&MetaOperation>, path: HashMap<String, String>) -> Self {
        let params = operation.into_iter().flat_map(|operation| &operation.params);
        let of_query = params.filter(|param| param.in_type == MetaParamIn::Query);
        Self { path, query: of_query.map(|param| (param.name.clone(), Kind::of(&param.schema))).collect() }
    }

    fn has(&self, name: &str) -> bool {
        self.query.iter().any(|(known, _)| known == name)
    }

    /// The parameters that the operation does not have, and repeated ones: the first counts.
    pub fn ignored(&self, query: &str) -> Option<HeaderValue> {
        let mut seen = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for (name, _) in form_urlencoded::parse(query.as_bytes()) {
            if self.has(&name) && !seen.contains(&name) {
                seen.push(name);
                continue;
            }
            let name = name.chars().take(LONGEST_NAME).collect::<String>();
            let name = utf8_percent_encode(&name, OUTSIDE_OF_NAMES).to_string();
            if names.len() < MOST_NAMED && !names.contains(&name) {
                names.push(name);
            }
        }
        HeaderValue::try_from(names.join(", ")).ok().filter(|_| !names.is_empty())
    }

    /// Names the parameter that the framework could not read, and with one of the query all that are at fault.
    pub fn name(&self, error: Error, query: Option<&str>) -> Error {
        let (field, reason) = if let Some(error) = error.downcast_ref::<ParseParamError>() {
            (error.name, &error.reason)
        } else if let Some(error) = error.downcast_ref::<ParsePathError>() {
            (self.path.get(error.name).map_or(error.name, String::as_str), &error.reason)
        } else {
            return error;
        };
        let mut errors = match query {
            Some(query) if self.has(field) => self.errors(query),
            _ => Vec::new(),
        };
        if !errors.iter().any(|error| error.field == field) {
            errors.push(FieldError::unreadable(field, reason));
        }
        Failure::from(FieldErrors(errors)).into()
    }

    fn errors(&self, query: &str) -> Vec<FieldError> {
        let given: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let read = |(name, kind): &(String, Kind)| {
            let (_, value) = given.iter().find(|(given, _)| given == name)?;
            kind.error(name, value)
        };
        self.query.iter().filter_map(read).collect()
    }
}

impl Kind {
    fn of(schema: &MetaSchemaRef) -> Self {
        match schema {
            MetaSchemaRef::Inline(schema) if schema.ty == "integer" => Self::Integer,
            MetaSchemaRef::Inline(schema) if schema.format == Some("date") => Self::Date,
            _ => Self::Text,
        }
    }

    fn error(&self, name: &str, value: &str) -> Option<FieldError> {
        let reason = match self {
            Self::Integer if value.parse::<i32>().is_ok() => return None,
            Self::Integer if value.parse::<i128>().is_ok() => {
                let message = format!("{name}: the number is out of range");
                return Some(FieldError::new(name, FieldCode::OutOfRange, message));
            }
            Self::Integer => "must be a whole number".to_owned(),
            Self::Date => Date::parse_from_parameter(value).err()?.into_message(),
            Self::Text => Text::<AnyLength>::parse_from_parameter(value).err()?.into_message(),
        };
        Some(FieldError::unreadable(name, &reason))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Kind, Parameters};

    #[test]
    fn parameters_that_do_not_count_are_named_once_and_safely() {
        let query = vec![("page".to_owned(), Kind::Integer), ("status".to_owned(), Kind::Text)];
        let parameters = Parameters { path: HashMap::new(), query };
        for (query, named) in [
            ("", None),
            ("page=1&status=x", None),
            ("pagesize=1&stauts=x&pagesize=2", Some("pagesize, stauts")),
            ("page=1&page=2&page=3", Some("page")),
            ("%70age=1&Page=2&pa%0D%0Age=&p%C3%A4ge,x", Some("Page, pa%0D%0Age, p%C3%A4ge%2Cx")),
        ] {
            let ignored = parameters.ignored(query);
            assert_eq!(ignored.as_ref().map(|value| value.to_str().unwrap()), named, "{query}");
        }
        let many: Vec<_> = (0..1000).map(|number| format!("{number}{}=", "x".repeat(1000))).collect();
        assert!(parameters.ignored(&many.join("&")).unwrap().len() < 4000);
    }
}
