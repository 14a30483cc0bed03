//! Casefile's server. PostgreSQL is the application: the server carries a request to one function of the
//! database and the function's answer back, and knows none of the rules.

mod after_restore;
mod audit;
mod config;
#[doc(hidden)]
pub mod counted;
mod current;
mod db;
mod directory;
mod documents;
mod error;
mod facts;
mod field_error;
mod fsck;
mod hex;
mod home;
mod housekeeping;
mod http;
mod identity;
mod metrics;
#[cfg(feature = "otlp")]
mod otlp;
mod output;
mod process;
pub mod reason;
mod recent;
mod renewal;
mod stop;
mod trace;
mod values;
mod vitals;
mod worker;

use uuid::Uuid;

use self::{
    config::{Config, WorkerConfig},
    db::{Db, check},
    documents::Store,
    http::Limiters,
    identity::Provider,
    process::start_log,
    renewal::on_hangup,
    stop::Stop,
};

pub use self::{after_restore::AfterRestore, audit::AuditCommand, directory::DirectoryCommand, fsck::Fsck};

/// Prints the OpenAPI document.
///
/// # Errors
/// None.
pub fn print_openapi() -> Result<(), String> {
    output::say(format!("{:#}", http::document()));
    Ok(())
}

/// Prints the environment variables that are read, as a table in Markdown.
///
/// # Errors
/// None.
pub fn print_environment() -> Result<(), String> {
    output::say(config::reference());
    Ok(())
}

/// Whether this server could serve, here and now.
///
/// # Errors
/// The fault, and what to do about it, in one line.
pub async fn check() -> Result<(), String> {
    let config = Config::from_environment()?;
    for difference in check::check(&config.database, config.pool.statements).await? {
        eprintln!("warning: {difference}");
    }
    let store = Store::open(&config.documents)?;
    store.check().await?;
    let db = Db::new(config.database.clone(), None, config.pool)?;
    home::check(&db, &store).await.map_err(|trouble| trouble.to_string())?;
    db.close();
    output::say(format_args!(
        "The database of {} is what this server needs, and the document store answers.",
        config.database.variable
    ));
    Ok(())
}

/// Serves until it is told to stop, by SIGTERM or SIGINT.
///
/// # Errors
/// Why it cannot, and what to do about it, in one line.
pub async fn serve() -> Result<(), String> {
    let config = Config::from_environment()?;
    start_log(config.log);
    metrics::started();
    #[cfg(feature = "otlp")]
    let spans = otlp::start()?;
    http::raise_descriptor_limit();
    for difference in check::check(&config.database, config.pool.statements).await? {
        tracing::warn!("{difference}");
    }
    let db = Db::new(config.database.clone(), config.replicas.clone(), config.pool)?;
    let store = Store::open(&config.documents)?;
    store.check().await?;
    let provider = config.oidc.clone().map(Provider::new).transpose()?;
    let listener = http::listen(config.address, config.connections)?;
    let stop = Stop::on_signal()?;
    let serve_admin = |address| http::serve_admin(address, db.clone(), stop.clone());
    let admin = config.admin.map(serve_admin).transpose()?;

    let secrets = (db.clone(), store.clone(), provider.clone());
    let renewing = on_hangup(move || {
        let (db, store, provider) = secrets.clone();
        read_secrets_again(db, store, provider)
    })?;

    // The last that may be in the way: a start that fails leaves no mark.
    home::mark(&db, &store).await.map_err(|trouble| trouble.to_string())?;
    let limits = config.connections;
    let limiters = Limiters::new(config.rates);
    let watching = tokio::spawn(db.watch_hosts());
    let housekeeping = tokio::spawn(housekeeping::keep(db.clone(), limiters.clone()));
    let keeping = tokio::spawn(home::keep(db.clone(), store.clone()));
    let app = http::app(db.clone(), store, limiters, provider, stop.clone(), config);
    http::run(listener, app, limits, stop).await;
    housekeeping.abort();
    renewing.abort();
    keeping.abort();
    watching.abort();
    drop(admin);
    db.close();
    // The last of them.
    #[cfg(feature = "otlp")]
    let _ = tokio::task::spawn_blocking(move || spans.shutdown()).await;
    Ok(())
}

async fn read_secrets_again(db: Db, store: Store, provider: Option<Provider>) -> Result<(), String> {
    let Config { database, replicas, documents, oidc, .. } = Config::from_environment()?;
    if let (Some(provider), Some(settings)) = (provider, oidc) {
        provider.renew(&settings)?;
    }
    store.renew(&documents)?;
    db.renew(database, replicas).await
}

/// Scans and reads documents until it is told to stop, by SIGTERM or SIGINT.
///
/// # Errors
/// Why it cannot, and what to do about it, in one line.
pub async fn work() -> Result<(), String> {
    let config = WorkerConfig::from_environment()?;
    start_log(config.log);
    metrics::started();
    let (obstacles, stop) = (worker::Obstacles::default(), Stop::on_signal()?);
    let serve_admin = |address| http::serve_admin(address, obstacles.clone(), stop.clone());
    let admin = config.admin.map(serve_admin).transpose()?;
    let outcome = Box::pin(worker::run(config, obstacles, stop)).await;
    drop(admin);
    outcome
}

/// Has documents read again whose reading failed: these, or all.
///
/// # Errors
/// Why it cannot, and what to do about it, in one line.
pub async fn read_again(documents: Vec<Uuid>) -> Result<(), String> {
    worker::read_again(WorkerConfig::from_environment()?, documents).await
}

/// Does what a registrar asks for.
///
/// # Errors
/// Why it cannot, and what to do about it, in one line.
pub async fn keep_directory(command: DirectoryCommand) -> Result<(), String> {
    directory::run(command).await
}

/// Makes a restored database ready to be served.
///
/// # Errors
/// Why it cannot, and what to do about it, in one line.
pub async fn after_restore(command: AfterRestore) -> Result<(), String> {
    command.run().await
}

/// Looks at database and documents in full; whether all is well.
///
/// # Errors
/// Why it cannot look, and what to do about it, in one line.
pub async fn fsck(command: Fsck) -> Result<bool, String> {
    command.run().await
}

/// Anchors the audit trail, or holds it against an anchor; whether all is well.
///
/// # Errors
/// Why it cannot, and what to do about it, in one line.
pub async fn keep_audit(command: AuditCommand) -> Result<bool, String> {
    audit::run(command).await
}
