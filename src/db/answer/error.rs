//! A fault of an answer, and its position.

use std::{borrow::Cow, fmt};

use serde::de::{self, Expected, Unexpected};

/// It says what was expected, never what is there: answers are about people, and this goes to the log.
#[derive(Debug)]
pub struct Error {
    place: String,
    reason: Cow<'static, str>,
}

impl Error {
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { place: String::new(), reason: reason.into() }
    }

    /// Within this attribute.
    pub fn within(mut self, attribute: &str) -> Self {
        let dot = if self.place.is_empty() { "" } else { "." };
        self.place = format!("{attribute}{dot}{}", self.place);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => formatter.write_str(&self.reason),
            place => write!(formatter, "{place}: {}", self.reason),
        }
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self::new(reason.to_string())
    }

    fn invalid_type(unexpected: Unexpected, expected: &dyn Expected) -> Self {
        match unexpected {
            Unexpected::Unit => Self::new(format!("null, where {expected} is expected")),
            _ => Self::new(format!("{expected} is expected")),
        }
    }

    fn invalid_value(_: Unexpected, expected: &dyn Expected) -> Self {
        Self::new(format!("{expected} is expected"))
    }
}

/// Its own words quote the text.
impl From<&serde_json::Error> for Error {
    fn from(error: &serde_json::Error) -> Self {
        Self::new(format!("not the JSON that is expected, at character {}", error.column()))
    }
}
