//! Casefile's server. PostgreSQL is the application: the server carries a request to one function of the
//! database and the function's answer back, and knows none of the rules.

mod answer;
mod api;
mod app;
mod auth;
mod byte_range;
mod config;
mod db;
mod error;
mod multipart;
mod sniff;
mod spooled_file;
mod store;
mod types;
mod upload;
mod worker;

use std::time::Duration;

use poem::{Server, listener::TcpAcceptor};
use tokio::{
    net::TcpSocket,
    signal::unix::{SignalKind, signal},
};
use tracing::level_filters::LevelFilter;

use self::{
    config::{Config, WorkerConfig},
    db::Db,
    store::Store,
};

/// How long requests in flight may still take when the server is told to stop.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(10);

/// The OpenAPI document.
#[must_use]
pub fn openapi() -> String {
    app::document()
}

/// Whether this server could serve, here and now.
///
/// # Errors
/// What is wrong, and what to do about it, in one line.
pub async fn check() -> Result<(), String> {
    let config = Config::from_environment()?;
    db::check(&config.database).await?;
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
    start_log();
    let config = Config::from_environment()?;
    db::check(&config.database).await?;
    let db = Db::new(config.database.config.clone())?;
    let store = Store::open(&config.documents)?;
    store.check().await?;
    let acceptor = listen(&config)?;
    let told_to_stop = told_to_stop()?;

    let app = app::app(db.clone(), store, config);
    let outcome = Server::new_with_acceptor(acceptor)
        .run_with_graceful_shutdown(app, told_to_stop, Some(PATIENCE_AT_THE_END))
        .await;
    db.close();
    outcome.map_err(|error| error.to_string())
}

/// Scans and reads documents until it is told to stop, by SIGTERM or SIGINT.
///
/// # Errors
/// Why it cannot, and what to do about it, in one line.
pub async fn work() -> Result<(), String> {
    start_log();
    worker::run(WorkerConfig::from_environment()?).await
}

fn start_log() {
    tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).with_writer(std::io::stderr).init();
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

fn listen(config: &Config) -> Result<TcpAcceptor, String> {
    let address = config.address;
    let bind = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        // Accepted connections inherit it: a small answer is not held back.
        socket.set_nodelay(true)?;
        socket.bind(address)?;
        TcpAcceptor::from_tokio(socket.listen(1024)?)
    };
    bind()
        .map_err(|error| format!("Cannot listen on {address}: {error}. Set PORT or HOST to something free."))
}
