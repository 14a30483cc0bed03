//! Connections and transactions. Nothing else in the server knows of either.
//!
//! A request is one transaction of four statements: begin, become the caller, call one function, commit.
//! They are queued together and leave in one write, so a request costs one round trip; and a connection
//! is never left in the middle of a transaction, even if the request is dropped while it waits, because
//! its commit is on the way already. Whoever has the connection next is answered after it.

mod startup;

use std::{fmt::Display, iter, time::Duration};

use deadpool_postgres::{Client, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime};
use futures_util::{join, try_join};
use postgres_types::ToSql;
use serde::Deserialize;
use tokio::time::timeout;
use tokio_postgres::{Config, NoTls, Row, Statement};
use uuid::Uuid;

pub use self::startup::{check, refusal};
use crate::{
    answer::{self, Answer},
    auth::{Caller, Session},
    error::{self, Failure},
};

const CONNECTIONS: usize = 10;
const PATIENCE_FOR_A_CONNECTION: Duration = Duration::from_secs(2);
const PATIENCE_FOR_AN_ANSWER: Duration = Duration::from_secs(3);
const PATIENCE_FOR_A_SIGN_OF_LIFE: Duration = Duration::from_millis(1500);
const TRIES: u32 = 3;

/// The server's own limits are shorter than our patience, so that a slow call ends with a clear outcome.
const SETTINGS: &str = "-c statement_timeout=2500 -c lock_timeout=2000";

const RESUME: &str = "select auth.resume($1, $2, $3)";
const TOUCH: &str = "select auth.touch_session($1)";
const EXPLAIN: Operation = Operation::write("select audit.explain_refusal($1, $2)");
const PING: Operation = Operation::read("select 1");

/// One function of the database, called once.
pub struct Operation {
    sql: &'static str,
    read_only: bool,
    name: Option<&'static str>,
}

impl Operation {
    pub const fn read(sql: &'static str) -> Self {
        Self { sql, read_only: true, name: None }
    }

    pub const fn write(sql: &'static str) -> Self {
        Self { sql, read_only: false, name: None }
    }

    /// A first step of another operation, by whose name a refusal is then recorded.
    pub const fn within(self, name: &'static str) -> Self {
        Self { name: Some(name), ..self }
    }

    /// `get_case` of `select api.get_case($1)`.
    fn name(&self) -> &str {
        self.name.or_else(|| self.sql.split(['.', '(']).nth(1)).unwrap_or(self.sql)
    }
}

pub type Param<'a> = &'a (dyn ToSql + Sync);

/// Why `api` said no: a code, a sentence, more fields for the answer.
#[derive(Deserialize)]
struct Refusal {
    code: String,
    message: String,
    extra: Option<serde_json::Value>,
}

#[derive(Clone)]
pub struct Db {
    pool: Pool,
}

impl Db {
    pub fn new(mut config: Config) -> Result<Self, String> {
        if config.get_options().is_none() {
            config.options(SETTINGS);
        }
        config.application_name("casefile").keepalives_idle(Duration::from_secs(30));

        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let pool = Pool::builder(Manager::from_config(config, NoTls, recycling))
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE_FOR_A_CONNECTION))
            .create_timeout(Some(PATIENCE_FOR_A_CONNECTION))
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { pool })
    }

    pub fn close(&self) {
        self.pool.close();
    }

    pub async fn is_reachable(&self) -> bool {
        let ping = self.transact::<i32>(None, &PING, &[]);
        timeout(PATIENCE_FOR_A_SIGN_OF_LIFE, ping).await.is_ok_and(|answer| answer.is_ok())
    }

    /// Calls a function as the server itself, before there is a caller.
    pub async fn call_as_server<T: Answer>(
        &self,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Result<T, Failure> {
        self.transact(None, operation, params).await.map_err(Trouble::into_failure)
    }

    /// Calls an operation that is about no particular case.
    pub async fn call<T: Answer>(
        &self,
        caller: &Caller,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Result<T, Failure> {
        self.call_or_explain(caller, operation, None, params).await
    }

    /// Calls an operation on a case or on a document, whose id is the operation's first parameter.
    pub async fn call_on<T: Answer>(
        &self,
        caller: &Caller,
        operation: &Operation,
        subject_id: Uuid,
        params: &[Param<'_>],
    ) -> Result<T, Failure> {
        let params: Vec<Param> = iter::once(&subject_id as Param).chain(params.iter().copied()).collect();
        self.call_or_explain(caller, operation, Some(subject_id), &params).await
    }

    async fn call_or_explain<T: Answer>(
        &self,
        caller: &Caller,
        operation: &Operation,
        subject_id: Option<Uuid>,
        params: &[Param<'_>],
    ) -> Result<T, Failure> {
        let trouble = match self.transact(Some(caller), operation, params).await {
            Ok(answer) => return Ok(answer),
            Err(Trouble::Refused(error)) if error.as_db_error().is_some_and(error::wants_explaining) => {
                match self.transact(Some(caller), &EXPLAIN, &[&operation.name(), &subject_id]).await {
                    Ok(Refusal { code, message, extra }) => {
                        return Err(Failure::refused(code, message, extra));
                    }
                    Err(trouble) => trouble,
                }
            }
            Err(trouble) => trouble,
        };
        Err(trouble.into_failure())
    }

    /// The whole transaction, and again where that may help.
    async fn transact<T: Answer>(
        &self,
        caller: Option<&Caller>,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Result<T, Trouble> {
        for attempt in 1..TRIES {
            match self.attempt(caller, operation, params).await {
                Err(trouble) if trouble.may_pass() => {
                    tracing::warn!(operation = operation.name(), attempt, "trying again");
                }
                outcome => return outcome,
            }
        }
        // The last try is on a fresh connection, which remembers no plans from before a migration.
        self.pool.retain(|_, _| false);
        self.attempt(caller, operation, params).await
    }

    async fn attempt<T: Answer>(
        &self,
        caller: Option<&Caller>,
        operation: &Operation,
        params: &[Param<'_>],
    ) -> Result<T, Trouble> {
        let client = self.pool.get().await.map_err(Trouble::NoConnection)?;
        let Ok(outcome) = timeout(PATIENCE_FOR_AN_ANSWER, exchange(&client, caller, operation, params)).await
        else {
            // Whatever is still to come on this connection is nobody's any more.
            drop(Object::take(client));
            return Err(Trouble::NoAnswer);
        };
        outcome
    }
}

/// What came in the way of an answer.
enum Trouble {
    NoConnection(PoolError),
    /// The connection turned out to be dead before it took the call.
    NotSent(tokio_postgres::Error),
    NoAnswer,
    Refused(tokio_postgres::Error),
    /// The function returns something else than this server was built for.
    Mismatch(String),
}

impl Trouble {
    fn may_pass(&self) -> bool {
        match self {
            Self::NotSent(_) => true,
            Self::Refused(error) => error.as_db_error().is_some_and(error::is_transient),
            Self::NoConnection(_) | Self::NoAnswer | Self::Mismatch(_) => false,
        }
    }

    /// An error while a statement is prepared, or of `begin`: the call itself has not been made.
    fn before_call(error: tokio_postgres::Error) -> Self {
        if error.as_db_error().is_none_or(error::is_shutdown) {
            Self::NotSent(error)
        } else {
            Self::Refused(error)
        }
    }

    fn mismatch(operation: &Operation, reason: impl Display) -> Self {
        Self::Mismatch(format!("{} does not return what this server expects: {reason}", operation.name()))
    }

    fn into_failure(self) -> Failure {
        match self {
            Self::NoConnection(error) => Failure::unavailable(&error),
            Self::NotSent(error) => Failure::unavailable(&error),
            Self::NoAnswer => Failure::unavailable("the database did not answer in time"),
            Self::Refused(error) => Failure::from(&error),
            Self::Mismatch(reason) => Failure::internal(&reason),
        }
    }
}

async fn exchange<T: Answer>(
    client: &Client,
    caller: Option<&Caller>,
    operation: &Operation,
    params: &[Param<'_>],
) -> Result<T, Trouble> {
    let call = client.prepare_cached(operation.sql).await.map_err(Trouble::before_call)?;
    expect_type::<T>(operation, &call)?;

    let row = match caller {
        Some(caller) => transaction(client, caller, operation.read_only, &call, params).await?,
        None => client.query_one(&call, params).await.map_err(Trouble::Refused)?,
    };
    answer::read(&row).map_err(|error| Trouble::mismatch(operation, &error))
}

async fn transaction(
    client: &Client,
    caller: &Caller,
    read_only: bool,
    call: &Statement,
    params: &[Param<'_>],
) -> Result<Row, Trouble> {
    let (begin, resume, commit) = try_join!(
        client.prepare_cached(if read_only { "begin read only" } else { "begin" }),
        client.prepare_cached(RESUME),
        client.prepare_cached("commit"),
    )
    .map_err(Trouble::before_call)?;
    let Session { token_sha256, request } = &caller.0;
    let resume_params: [Param; 3] = [token_sha256, &request.id, &request.client_address];

    let (start, caller, answer, end) = join!(
        client.execute(&begin, &[]),
        client.query_one(&resume, &resume_params),
        client.query_one(call, params),
        client.execute(&commit, &[]),
    );

    // Outside of the transaction, which may be read-only, and even if the call was refused.
    if let Ok(row) = &caller
        && row.try_get(0).unwrap_or(false)
        && let Err(error) = client.execute(TOUCH, &[token_sha256]).await
    {
        tracing::warn!(%error, "a session could not be prolonged");
    }

    // The first error tells; after it, the others only say that the transaction is aborted.
    start.map_err(|error| match error.as_db_error() {
        Some(_) => Trouble::before_call(error),
        None => Trouble::Refused(error),
    })?;
    caller.map_err(Trouble::Refused)?;
    let row = answer.map_err(Trouble::Refused)?;
    end.map_err(Trouble::Refused)?;
    Ok(row)
}

/// Before the call, so that nothing is changed that cannot be answered.
fn expect_type<T: Answer>(operation: &Operation, call: &Statement) -> Result<(), Trouble> {
    match call.columns() {
        [column] => answer::fits::<T>(column.type_()).map_err(|error| Trouble::mismatch(operation, &error)),
        _ => Err(Trouble::mismatch(operation, "one column is expected")),
    }
}
