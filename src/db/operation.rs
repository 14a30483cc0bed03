//! What is asked of the database: one function, called once.

use std::borrow::Cow;

use bytes::BytesMut;
use postgres_types::{ToSql, Type};

/// One function of the database.
pub struct Operation {
    sql: &'static str,
    pub read_only: bool,
    name: Option<&'static str>,
    under_key: Option<UnderKey>,
}

/// What an `Idempotency-Key` does to an operation.
#[derive(Clone, Copy)]
enum UnderKey {
    KeepsAnswer,
    Claims,
}

impl Operation {
    pub const fn read(sql: &'static str) -> Self {
        Self { sql, read_only: true, name: None, under_key: None }
    }

    pub const fn write(sql: &'static str) -> Self {
        Self { sql, read_only: false, name: None, under_key: None }
    }

    /// Under an `Idempotency-Key`, it happens once: whoever asks again is given the first answer.
    pub const fn write_once(sql: &'static str) -> Self {
        Self { under_key: Some(UnderKey::KeepsAnswer), ..Self::write(sql) }
    }

    /// The first step of something that happens once: if all of it has happened under the key, the answer is null.
    pub const fn write_unless_done(sql: &'static str) -> Self {
        Self { under_key: Some(UnderKey::Claims), ..Self::write(sql) }
    }

    /// A first step of another operation, by whose name a refusal is then recorded.
    pub const fn within(self, name: &'static str) -> Self {
        Self { name: Some(name), ..self }
    }

    /// `get_case` of `select api.get_case($1)`.
    pub fn name(&self) -> &'static str {
        self.name.or_else(|| self.sql.split(['.', '(']).nth(1)).unwrap_or(self.sql)
    }

    pub fn takes_key(&self) -> bool {
        self.under_key.is_some()
    }

    /// What is called, without `select`.
    fn call(&self) -> &'static str {
        self.sql.strip_prefix("select ").unwrap_or(self.sql)
    }

    pub fn plain(&self) -> Cow<'static, str> {
        self.sql.into()
    }

    /// With the key and the digest of the request after its own parameters. The claim on the key, the call and the
    /// answer that is kept are one statement of one transaction: all of it happens, or nothing does. A second column
    /// tells whether it had happened before.
    pub fn keyed(&self, parameters: usize) -> Cow<'static, str> {
        let (call, key, digest) = (self.call(), parameters + 1, parameters + 2);
        let outcome = match self.under_key {
            Some(UnderKey::Claims) => format!("case when k.answer is null then {call} end"),
            _ => format!(
                "case when k.answer is null then api.keep_answer(${key}, {call}) \
                 else jsonb_populate_record(case when false then {call} end, k.answer) end"
            ),
        };
        format!(
            "select {outcome}, k.answer is not null as is_replay from api.claim_key(${key}, ${digest}) as k (answer)"
        )
        .into()
    }
}

pub type Param<'a> = &'a (dyn ToSql + Sync);

/// The types that functions take. The driver tells of a value only whether it is of this type or that.
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

/// Each with its type, for a statement that nobody has prepared.
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
    fn a_keyed_call_has_key_and_digest_behind_its_own_parameters() {
        let keyed = Operation::write_once("select api.create_case($1, $2)").keyed(2);
        assert_eq!(keyed.matches("api.create_case($1, $2)").count(), 2);
        assert!(keyed.ends_with("from api.claim_key($3, $4) as k (answer)"), "{keyed}");
    }
}
