//! One transaction on one connection. Its statements are queued together and leave in one write, so it costs one
//! round trip; and a connection is never left in the middle of a transaction, even if the request is dropped
//! while it waits, because its commit is on the way already. Whoever has the connection next is answered after it.

use futures_util::join;
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

const RESUME: &str = "select auth.resume($1, $2, $3), current_setting('role')";

type Reply<T> = Result<T, tokio_postgres::Error>;

/// What came of a transaction.
pub struct Outcome<T> {
    pub result: Result<T, CallError>,
    pub role: Option<Role>,
    /// The session's expiry is to be moved.
    pub is_touch_due: bool,
    /// Under an `Idempotency-Key`: whether it had happened before.
    pub is_replay: Option<bool>,
}

impl<T> From<CallError> for Outcome<T> {
    fn from(error: CallError) -> Self {
        Self { result: Err(error), role: None, is_touch_due: false, is_replay: None }
    }
}

/// Calls the operation as the caller; as the server itself, where there is none.
pub async fn exchange<T: Answer>(
    connection: &mut Connection,
    statements: Statements,
    caller: Option<&Session>,
    operation: &Operation,
    params: &[Param<'_>],
) -> Outcome<T> {
    let key = caller.and_then(|caller| caller.request.key.as_ref()).filter(|_| operation.takes_key());
    let mut params = params.to_vec();
    let sql = match key {
        Some(IdempotencyKey { key, request_sha256 }) => {
            let sql = operation.keyed(params.len());
            params.extend([key as Param, request_sha256 as Param]);
            sql
        }
        None => operation.plain(),
    };
    match statements {
        Statements::Prepared => prepared(connection, caller, operation, &sql, &params).await,
        Statements::Unprepared => unprepared(connection, caller, operation, &sql, &params).await,
    }
}

async fn prepared<T: Answer>(
    connection: &mut Connection,
    caller: Option<&Session>,
    operation: &Operation,
    sql: &str,
    params: &[Param<'_>],
) -> Outcome<T> {
    let call = match connection.prepare(sql).await {
        Ok(call) => call,
        Err(error) => return CallError::before_call(error).into(),
    };
    if let Err(error) = expect_type::<T>(operation, &call) {
        return error.into();
    }
    let Some(caller) = caller else {
        return alone(operation, connection.client().query_one(&call, params).await);
    };

    let framing = async {
        let begin = connection.prepare(begin(operation)).await?;
        let resume = connection.prepare(RESUME).await?;
        Ok((begin, resume, connection.prepare("commit").await?))
    };
    let (begin, resume, commit) = match framing.await {
        Ok(statements) => statements,
        Err(error) => return CallError::before_call(error).into(),
    };
    let client = connection.client();
    let Session { token_sha256, request, .. } = caller;
    let client_address = request.client_address.map(|address| address.to_string());
    let resume_params: [Param; 3] = [token_sha256, &request.id, &client_address];
    let replies = join!(
        client.execute(&begin, &[]),
        client.query_one(&resume, &resume_params),
        client.query_one(&call, params),
        client.execute(&commit, &[]),
    );
    conclude(operation, replies)
}

/// Nothing is remembered from one transaction to the next, types included: so answers come as JSON.
async fn unprepared<T: Answer>(
    connection: &mut Connection,
    caller: Option<&Session>,
    operation: &Operation,
    sql: &str,
    params: &[Param<'_>],
) -> Outcome<T> {
    let sql = format!(
        "select j.r -> 'answer', (j.r ->> 'is_replay')::boolean \
         from (select to_jsonb(r) from ({sql}) as r (answer)) as j (r)"
    );
    let (client, params) = (connection.client(), typed(params));
    let Some(caller) = caller else {
        return alone(operation, client.query_typed_one(&sql, &params).await);
    };

    let Session { token_sha256, request, .. } = caller;
    let client_address = request.client_address.map(|address| address.to_string());
    let resume_params: [(Param, Type); 3] =
        [(token_sha256, Type::BYTEA), (&request.id, Type::UUID), (&client_address, Type::TEXT)];
    let replies = join!(
        client.execute_typed(begin(operation), &[]),
        client.query_typed_one(RESUME, &resume_params),
        client.query_typed_one(&sql, &params),
        client.execute_typed("commit", &[]),
    );
    conclude(operation, replies)
}

fn begin(operation: &Operation) -> &'static str {
    if operation.read_only { "begin read only" } else { "begin" }
}

fn alone<T: Answer>(operation: &Operation, answer: Reply<Row>) -> Outcome<T> {
    let result = answer.map_err(CallError::Refused).and_then(|row| read(operation, &row));
    Outcome { result, role: None, is_touch_due: false, is_replay: None }
}

/// The first error tells; after it, the others only say that the transaction is aborted.
fn conclude<T: Answer>(
    operation: &Operation,
    (start, caller, answer, end): (Reply<u64>, Reply<Row>, Reply<Row>, Reply<u64>),
) -> Outcome<T> {
    let row = start
        .map_err(|error| match error.as_db_error() {
            Some(_) => CallError::before_call(error),
            None => CallError::Refused(error),
        })
        .and_then(|_| caller.map_err(CallError::Refused));
    let row = match row {
        Ok(row) => row,
        Err(error) => return error.into(),
    };
    let answer = answer.and_then(|answer| end.map(|_| answer)).map_err(CallError::Refused);
    let is_replay = answer.as_ref().ok().and_then(|answer| answer.try_get(1).ok()).flatten();
    Outcome {
        result: answer.and_then(|answer| read(operation, &answer)),
        is_replay,
        role: row.try_get(1).ok().and_then(known_role),
        is_touch_due: row.try_get(0).unwrap_or(false),
    }
}

fn read<T: Answer>(operation: &Operation, row: &Row) -> Result<T, CallError> {
    answer::read(row).map_err(|error| CallError::unreadable(operation, &error))
}

/// The answer, and under a key whether it is a replay. Before the call, so that nothing is changed that cannot be answered.
fn expect_type<T: Answer>(operation: &Operation, call: &Statement) -> Result<(), CallError> {
    match call.columns() {
        [column] | [column, _] => {
            answer::fits::<T>(column.type_()).map_err(|error| CallError::wrong_type(operation, &error))
        }
        _ => Err(CallError::wrong_type(operation, &"it is not one answer")),
    }
}
