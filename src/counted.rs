//! What tests/instructions counts the instructions of. A bench is another crate and sees only what is public, and
//! none of this is for anybody else.

use poem::Endpoint;

pub use crate::{
    answer::{decode, fits},
    api::{AuditPage, CasePage, CaseRead},
    auth::presented_session,
    db::Operation,
    types::Json,
};
use crate::{app, config::Config, db::Db, limiters::Limiters, start_log, store::Store};

/// All that a request passes, its line in the log included. No database is asked for before an operation calls it.
///
/// # Errors
/// What is wrong with the environment.
pub fn server() -> Result<impl Endpoint, String> {
    let config = Config::from_environment()?;
    start_log(config.log);
    let db = Db::new(config.database.clone(), config.pool)?;
    let store = Store::open(&config.documents)?;
    Ok(app::app(db, store, Limiters::new(config.rates), config))
}
