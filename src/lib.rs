//! Casefile's server. PostgreSQL is the application: the server carries a request to one function of the
//! database and the function's answer back, and knows none of the rules.

mod answer;
mod api;
mod app;
mod auth;
mod byte_range;
mod config;
#[doc(hidden)]
pub mod counted;
mod db;
mod error;
mod housekeeping;
mod limiters;
mod multipart;
mod observe;
mod server;
mod sniff;
mod spooled_file;
mod store;
mod types;
mod upload;
mod worker;

use std::panic;

use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;

use self::{
    config::{Config, LogFormat, WorkerConfig},
    db::Db,
    limiters::Limiters,
    store::Store,
};

/// Prints the OpenAPI document.
///
/// # Errors
/// None.
pub fn print_openapi() -> Result<(), String> {
    print!("{}", app::document());
    Ok(())
}

/// Prints the environment variables that are read, as a table in Markdown.
///
/// # Errors
/// None.
pub fn print_environment() -> Result<(), String> {
    print!("{}", config::reference());
    Ok(())
}

/// Whether this server could serve, here and now.
///
/// # Errors
/// What is wrong, and what to do about it, in one line.
pub async fn check() -> Result<(), String> {
    let config = Config::from_environment()?;
    db::check(&config.database, config.pool.statements).await?;
    Store::open(&config.documents)?.check().await?;
    println!(
        "The database of {} is what this server needs, and the document store answers.",
        config.database.variable
    );
    Ok(())
}

/// Serves until it is told to stop, by SIGTERM or SIGINT.
///
/// # Errors
/// Why it cannot, and what to do about it, in one line.
pub async fn serve() -> Result<(), String> {
    let config = Config::from_environment()?;
    start_log(config.log);
    server::raise_descriptor_limit();
    db::check(&config.database, config.pool.statements).await?;
    let db = Db::new(config.database.clone(), config.pool)?;
    let store = Store::open(&config.documents)?;
    store.check().await?;
    let listener = server::listen(config.address, config.connections)?;
    let told_to_stop = told_to_stop()?;

    let limits = config.connections;
    let limiters = Limiters::new(config.rates);
    let housekeeping = tokio::spawn(housekeeping::keep(db.clone(), limiters.clone()));
    let app = app::app(db.clone(), store, limiters, config);
    server::run(listener, app, limits, told_to_stop).await;
    housekeeping.abort();
    db.close();
    Ok(())
}

/// Scans and reads documents until it is told to stop, by SIGTERM or SIGINT.
///
/// # Errors
/// Why it cannot, and what to do about it, in one line.
pub async fn work() -> Result<(), String> {
    let config = WorkerConfig::from_environment()?;
    start_log(config.log);
    worker::run(config).await
}

fn start_log(format: LogFormat) {
    let log = tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).with_writer(std::io::stderr);
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a panic");
    }));
    match format {
        LogFormat::Json => log.json().flatten_event(true).with_target(false).init(),
        LogFormat::Human => log.init(),
    }
}

fn told_to_stop() -> Result<impl Future<Output = ()>, String> {
    let mut terminated = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupted = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}
