//! Turns the database's answers into values of Rust. Composites are read by attribute name: a newer database may have
//! more attributes than this server knows, and those are skipped.

mod binary;
mod error;
mod sample;

use postgres_types::{FromSql, Type};
use serde::{Deserialize, de::DeserializeOwned};
use tokio_postgres::Row;

use self::binary::{Content, Value};
pub use self::error::Error;

/// The result of a function: `Deserialize`, with the database's names. It comes as a row, or all of it as one jsonb.
pub trait Answer: DeserializeOwned {}
impl<T: DeserializeOwned> Answer for T {}

/// The first column of a row.
pub fn read<T: Answer>(row: &Row) -> Result<T, Error> {
    let column = row.columns().first().ok_or_else(|| Error::new("the row is empty"))?;
    let raw: Option<Raw> = row.try_get(0).map_err(|error| Error::new(error.to_string()))?;
    decode(column.type_(), raw.map(|raw| raw.0))
}

/// Whether values of that type have all that is wanted. Asked before a call, so that no change is made without a
/// readable answer.
pub fn fits<T: Answer>(sql_type: &Type) -> Result<(), Error> {
    match *sql_type {
        Type::JSON | Type::JSONB => Ok(()),
        _ => T::deserialize(Value { sql_type, content: Content::Sample }).map(drop),
    }
}

pub fn decode<'a, T: Deserialize<'a>>(sql_type: &'a Type, bytes: Option<&'a [u8]>) -> Result<T, Error> {
    match (sql_type, bytes) {
        (&(Type::JSON | Type::JSONB), Some(bytes)) => {
            serde_json::from_slice(binary::json_text(sql_type, bytes)?).map_err(|error| Error::from(&error))
        }
        (_, Some(bytes)) => T::deserialize(Value { sql_type, content: Content::Bytes(bytes) }),
        (_, None) => T::deserialize(Value { sql_type, content: Content::Null }),
    }
}

/// The bytes of a column of any type.
struct Raw<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

#[cfg(test)]
mod tests;
