//! Moments and days.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, SecondsFormat, Timelike, Utc};
use poem_openapi::{
    registry::MetaSchema,
    types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON},
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};
use serde_json::Value;

use super::{impl_to_sql, impl_type};

/// 1 January 2000, where PostgreSQL begins to count.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

/// A moment. It goes out in UTC with milliseconds and `Z`, and may come in with any offset.
#[derive(Clone, Copy, Debug)]
pub struct Timestamp(DateTime<Utc>);

impl_to_sql!(Timestamp, DateTime<Utc>);
impl_type!(Timestamp, "timestamp", MetaSchema::new_with_format("string", "date-time"));

/// As it goes out.
impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.timestamp_millis().hash(state);
    }
}

impl Timestamp {
    pub fn now() -> Self {
        Self(Utc::now())
    }

    /// For the document.
    pub fn example(seconds: i64) -> Self {
        Self(DateTime::from_timestamp(seconds, 0).unwrap_or_default())
    }

    fn text(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// As PostgreSQL reads it, in any age.
    pub fn for_postgres(self) -> String {
        let (is_after_christ, year) = self.0.year_ce();
        let rest = self.0.format("-%m-%dT%H:%M:%S%.3fZ");
        format!("{year:04}{rest}{}", if is_after_christ { "" } else { " BC" })
    }

    /// The same by hand: a list has many moments, and each costs the library 500 instructions more.
    fn digits(self) -> Option<[u8; 24]> {
        let moment = self.0.naive_utc();
        let year = u32::try_from(moment.year()).ok().filter(|year| *year < 10_000)?;
        let millisecond = Some(moment.nanosecond() / 1_000_000).filter(|millisecond| *millisecond < 1000)?;
        let mut digits = *b"0000-00-00T00:00:00.000Z";
        for (place, length, mut number) in [
            (0, 4, year),
            (5, 2, moment.month()),
            (8, 2, moment.day()),
            (11, 2, moment.hour()),
            (14, 2, moment.minute()),
            (17, 2, moment.second()),
            (20, 3, millisecond),
        ] {
            for digit in digits[place..place + length].iter_mut().rev() {
                *digit = b"0123456789"[number as usize % 10];
                number /= 10;
            }
        }
        Some(digits)
    }
}

/// It comes as microseconds in PostgreSQL's binary format, and as a text in JSON.
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Moment;

        impl<'de> Visitor<'de> for Moment {
            type Value = Timestamp;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a moment")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Timestamp, D::Error> {
                i64::deserialize(deserializer)?
                    .checked_add(POSTGRES_EPOCH)
                    .and_then(DateTime::from_timestamp_micros)
                    .map(Timestamp)
                    .ok_or_else(|| Error::custom("a moment beyond all calendars"))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
                let moment = DateTime::parse_from_rfc3339(text).ok().or_else(|| in_another_age(text));
                moment.map(|moment| Timestamp(moment.to_utc())).ok_or_else(|| E::custom("no moment"))
            }
        }

        deserializer.deserialize_any(Moment)
    }
}

/// PostgreSQL writes the year before the year 1 as `0001-12-31T00:00:00+00:00 BC`, and gives others five digits.
fn in_another_age(text: &str) -> Option<DateTime<FixedOffset>> {
    let (year, rest) = text.split_once('-')?;
    let year: i32 = year.parse().ok()?;
    let (year, rest) = rest.strip_suffix(" BC").map_or((year, rest), |rest| (1 - year, rest));
    format!("{year:+05}-{rest}").parse().ok()
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.digits().as_ref().map(|digits| str::from_utf8(digits)) {
            Some(Ok(text)) => serializer.serialize_str(text),
            _ => serializer.serialize_str(&self.text()),
        }
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
        Some(Value::String(self.text()))
    }
}

/// A day of the calendar of Europe/London.
#[derive(Debug)]
pub struct Date(NaiveDate);

impl_to_sql!(Date, NaiveDate);
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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Datelike, TimeDelta, Utc};
    use poem_openapi::types::{ParseFromJSON, ToJSON};
    use serde_json::{Value, json};

    use super::Timestamp;

    #[test]
    fn digits_by_hand_are_those_of_the_library() {
        let mut moment = DateTime::<Utc>::UNIX_EPOCH - TimeDelta::days(365 * 1_975);
        for _ in 0..30_100 {
            let timestamp = Timestamp(moment);
            assert_eq!(Some(serde_json::to_value(timestamp).unwrap()), timestamp.to_json());
            moment += TimeDelta::microseconds(10_512_345_678_901);
        }
        assert!(moment.year() > 9_999, "{moment}");
        for text in ["2016-12-31T23:59:60.500Z", "0000-01-01T00:00:00+01:00", "9999-12-31T23:59:59.999-01:00"]
        {
            let timestamp = Timestamp::parse_from_json(Some(json!(text))).unwrap();
            assert_eq!(Some(serde_json::to_value(timestamp).unwrap()), timestamp.to_json());
        }
    }

    #[test]
    fn moments_of_a_jsonb_come_back_whatever_their_age() {
        for (written, moment) in [
            ("2026-03-02T10:00:00+00:00", "2026-03-02T10:00:00.000Z"),
            ("2026-07-02T10:00:00.123456+01:00", "2026-07-02T09:00:00.123Z"),
            ("10000-01-01T00:59:59+00:00", "+10000-01-01T00:59:59.000Z"),
            ("0001-02-29T00:00:00+00:00 BC", "0000-02-29T00:00:00.000Z"),
            ("0002-12-31T23:00:00+00:00 BC", "-0001-12-31T23:00:00.000Z"),
        ] {
            let timestamp: Timestamp = serde_json::from_value(json!(written)).unwrap();
            assert_eq!(serde_json::to_value(timestamp).unwrap(), json!(moment), "{written}");
        }
        for nonsense in [Value::Null, json!(1), json!(""), json!("infinity"), json!("2026-03-02")] {
            serde_json::from_value::<Timestamp>(nonsense).unwrap_err();
        }
    }
}
