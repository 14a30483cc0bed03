//! One statement on one connection, and so one transaction and one round trip. The statement calls one function, which
//! becomes the caller and does the work. If the request is dropped while it waits, the connection's next user is
//! answered after it.

use std::any::type_name;

use tokio_postgres::{Row, Statement, types::Type};

use super::{
    answer::{self, Answer},
    errors::CallError,
    operation::{Operation, Param, typed},
    pool::Connection,
    roles::{Role, known_role},
    session::{IdempotencyKey, Session},
};
use crate::config::Statements;

/// The result.
pub struct Outcome<T> {
    pub result: Result<T, CallError>,
    /// Unknown of a call that was refused.
    pub role: Option<Role>,
    /// Under an `Idempotency-Key`: whether it had happened before.
    pub is_replay: Option<bool>,
}

/// Calls the operation as the caller; as the server itself, where there is none.
pub async fn exchange<T: Answer>(
    connection: &mut Connection,
    statements: Statements,
    caller: Option<&Session>,
    operation: &Operation,
    params: &[Param<'_>],
) -> Outcome<T> {
    let Some(Session { token_sha256, request, .. }) = caller else {
        return Outcome { is_replay: None, ..call(connection, statements, operation, params).await };
    };
    let client_address = request.client_address.map(|address| address.to_string());
    let mut all: Vec<Param> = vec![token_sha256, &request.id, &client_address];
    let key = request.key.as_ref().map(|IdempotencyKey { key, request_sha256 }| (key, request_sha256));
    let (key, request_sha256) = key.unzip();
    if operation.takes_key {
        all.extend([&key as Param, &request_sha256]);
    }
    all.extend(params);
    let outcome = call(connection, statements, operation, &all).await;
    Outcome { is_replay: outcome.is_replay.filter(|_| operation.takes_key && key.is_some()), ..outcome }
}

async fn call<T: Answer>(
    connection: &mut Connection,
    statements: Statements,
    operation: &Operation,
    params: &[Param<'_>],
) -> Outcome<T> {
    connection.is_asked(operation);
    let answered = match statements {
        Statements::Prepared => match prepared::<T>(connection, operation, params.len()).await {
            Ok(call) => connection.client().query_one(&call, params).await.map_err(CallError::Refused),
            Err(error) => Err(error),
        },
        // Nothing is remembered from one statement to the next, types included: so answers come as JSON.
        Statements::Unprepared => {
            let (sql, params) = (operation.sql_for_json(params.len()), typed(params));
            connection.client().query_typed_one(&sql, &params).await.map_err(CallError::Refused)
        }
    };
    match answered {
        Ok(row) => Outcome {
            result: read(operation, &row),
            role: row.try_get(1).ok().and_then(known_role),
            is_replay: Some(matches!(row.try_get(2), Ok(Some("on")))),
        },
        Err(error) => Outcome { result: Err(error), role: None, is_replay: None },
    }
}

/// The call, prepared once per connection. Whether its answer can be read is checked before the call, so that no change
/// is made without a readable answer.
async fn prepared<T: Answer>(
    connection: &mut Connection,
    operation: &Operation,
    parameters: usize,
) -> Result<Statement, CallError> {
    let of = (operation.function, type_name::<T>());
    if let Some(call) = connection.statement(of) {
        return Ok(call);
    }
    let sql = operation.sql(parameters);
    let call = connection.client().prepare(&sql).await.map_err(CallError::before_call)?;
    let answer = call.columns().first().map_or(&Type::VOID, |column| column.type_());
    answer::fits::<T>(answer).map_err(|error| CallError::wrong_type(operation, &error))?;
    connection.remember(of, call.clone());
    Ok(call)
}

fn read<T: Answer>(operation: &Operation, row: &Row) -> Result<T, CallError> {
    answer::read(row).map_err(|error| CallError::unreadable(operation, &error))
}
