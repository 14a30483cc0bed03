//! Code whose instructions tests/instructions counts. A bench is another crate and sees only what is public, and these
//! are for benches alone.

use poem::Endpoint;
use postgres_types::Type;
use serde::de::DeserializeOwned;

pub use crate::http::{AuditPage, CasePage, CaseRead, Json, presented_session};
use crate::{
    config::Config,
    db::{Db, answer},
    documents::Store,
    http::{self, Limiters},
    process::start_log,
    stop::Stop,
};

/// A value of that type, as PostgreSQL sends it.
///
/// # Errors
/// Why that cannot be read.
pub fn read<T: DeserializeOwned>(sql_type: &Type, bytes: &[u8]) -> Result<T, String> {
    answer::decode(sql_type, Some(bytes)).map_err(|error| error.to_string())
}

/// # Errors The attributes that such values lack.
pub fn fits<T: DeserializeOwned>(sql_type: &Type) -> Result<(), String> {
    answer::fits::<T>(sql_type).map_err(|error| error.to_string())
}

/// The whole path of a request, its log line included. No database is needed before an operation calls it.
///
/// # Errors
/// Faults of the environment.
pub fn server() -> Result<impl Endpoint, String> {
    let config = Config::from_environment()?;
    start_log(config.log);
    let db = Db::new(config.database.clone(), None, config.pool)?;
    let store = Store::open(&config.documents)?;
    Ok(http::app(db, store, Limiters::new(config.rates), None, Stop::never(), config))
}
