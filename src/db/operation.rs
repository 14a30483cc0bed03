//! A request to the database: one function, called once.

use std::fmt::Write;

use bytes::BytesMut;
use postgres_types::{ToSql, Type};

/// One function of the database: of schema `request` for a caller, whose session it resumes first.
pub struct Operation {
    pub function: &'static str,
    pub read_only: bool,
    /// Whether it is done once under an `Idempotency-Key`: a repeated request gets the first answer. For the first step
    /// of something done once, that is null if all of it has been done.
    pub takes_key: bool,
    name: Option<&'static str>,
}

impl Operation {
    pub const fn read(function: &'static str) -> Self {
        Self { function, read_only: true, takes_key: false, name: None }
    }

    pub const fn write(function: &'static str) -> Self {
        Self { function, read_only: false, takes_key: false, name: None }
    }

    pub const fn write_once(function: &'static str) -> Self {
        Self { takes_key: true, ..Self::write(function) }
    }

    /// A first step of another operation: a refusal is recorded under that name.
    pub const fn within(self, name: &'static str) -> Self {
        Self { name: Some(name), ..self }
    }

    /// `get_case` of `request.get_case`.
    pub fn name(&self) -> &'static str {
        self.name.or_else(|| self.function.split('.').nth(1)).unwrap_or(self.function)
    }

    /// Its answer, the role that it was given in, and whether it was a repetition.
    pub fn sql(&self, parameters: usize) -> String {
        let mut sql = format!("select {}(", self.function);
        for place in 1..=parameters {
            let comma = if place == 1 { "" } else { ", " };
            let _ = write!(sql, "{comma}${place}");
        }
        sql + "), current_setting('role'), current_setting('casefile.is_replay', true)"
    }

    /// The same, with the answer as one jsonb.
    pub fn sql_for_json(&self, parameters: usize) -> String {
        format!(
            "select to_jsonb(a) -> 'answer', a.role, a.is_replay from ({}) as a (answer, role, is_replay)",
            self.sql(parameters)
        )
    }
}

pub type Param<'a> = &'a (dyn ToSql + Sync);

/// The types that functions take. The driver only tells whether a value is of a given type.
const TYPES: [Type; 10] = [
    Type::TEXT,
    Type::UUID,
    Type::INT4,
    Type::JSONB,
    Type::TIMESTAMPTZ,
    Type::DATE,
    Type::BYTEA,
    Type::INT8,
    Type::BOOL,
    Type::INT4_ARRAY,
];

/// Each with its type, for an unprepared statement.
pub fn typed<'a>(params: &[Param<'a>]) -> Vec<(Param<'a>, Type)> {
    let mut scratch = BytesMut::new();
    let type_of = |param: Param<'a>| {
        scratch.clear();
        TYPES.into_iter().find(|sql_type| param.to_sql_checked(sql_type, &mut scratch).is_ok())
    };
    let types: Vec<_> = params.iter().copied().map(type_of).collect();
    params.iter().copied().zip(types.into_iter().map(|found| found.unwrap_or(Type::UNKNOWN))).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_parameter_has_the_type_that_its_function_takes() {
        let (text, id, number, nothing) = ("text", Uuid::nil(), 1_i32, None::<Uuid>);
        let (json, bytes) = (serde_json::json!({}), vec![0_u8]);
        let params: [Param; 6] = [&text, &id, &number, &nothing, &json, &bytes];
        let types: Vec<_> = typed(&params).into_iter().map(|(_, sql_type)| sql_type).collect();
        assert_eq!(types, [Type::TEXT, Type::UUID, Type::INT4, Type::UUID, Type::JSONB, Type::BYTEA]);
    }

    #[test]
    fn a_call_has_a_place_for_each_parameter() {
        let sql = Operation::write_once("request.create_case").sql(2);
        assert!(sql.starts_with("select request.create_case($1, $2), "), "{sql}");
        assert!(Operation::read("auth.take_mark").sql(0).starts_with("select auth.take_mark(), "));
        assert_eq!(Operation::read("request.get_case").name(), "get_case");
    }
}
