//! Moments and days.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::{
    registry::MetaSchema,
    types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON},
};
use postgres_types::{FromSql, ToSql};
use serde_json::Value;

use super::impl_type;

/// A moment. It goes out in UTC with milliseconds and `Z`, and may come in with any offset.
#[derive(Clone, Copy, Debug, FromSql, ToSql)]
#[postgres(transparent)]
pub struct Timestamp(DateTime<Utc>);

impl_type!(Timestamp, "timestamp", MetaSchema::new_with_format("string", "date-time"));

impl Timestamp {
    pub fn now() -> Self {
        Self(Utc::now())
    }

    /// For the document.
    pub fn example(seconds: i64) -> Self {
        Self(DateTime::from_timestamp(seconds, 0).unwrap_or_default())
    }
}

impl ParseFromJSON for Timestamp {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        value
            .as_ref()
            .and_then(Value::as_str)
            .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
            .map(|moment| Self(moment.to_utc()))
            .ok_or_else(|| ParseError::custom("must be a date-time with offset, like 2026-12-01T10:30:00Z"))
    }
}

impl ToJSON for Timestamp {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()))
    }
}

/// A day of the calendar of Europe/London.
#[derive(Debug, ToSql)]
#[postgres(transparent)]
pub struct Date(NaiveDate);

impl_type!(Date, "date", MetaSchema::new_with_format("string", "date"));

impl ParseFromParameter for Date {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        // The length keeps out years beyond the four digits of ISO 8601, and days without a zero in front.
        NaiveDate::parse_from_str(value, "%Y-%m-%d")
            .ok()
            .filter(|_| value.len() == "2026-12-01".len())
            .map(Self)
            .ok_or_else(|| ParseError::custom("must be a date, like 2026-12-01"))
    }
}
