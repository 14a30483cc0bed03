//! What server and worker are as processes: their log, and the signals that end them.

use std::{panic, time::Duration};

use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;

use crate::config::LogFormat;

/// To stderr, panics included.
pub fn start_log(format: LogFormat) {
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

/// Ends with SIGTERM or SIGINT. SIGHUP, which comes when a terminal closes, or from whoever wants settings read anew,
/// ends nothing: settings are read at the start alone.
pub fn told_to_stop() -> Result<impl Future<Output = ()>, String> {
    let mut terminated = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupted = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    let mut hung_up = signal(SignalKind::hangup()).map_err(|error| error.to_string())?;
    Ok(async move {
        loop {
            tokio::select! {
                _ = terminated.recv() => return,
                _ = interrupted.recv() => return,
                Some(()) = hung_up.recv() => {
                    tracing::info!("SIGHUP changes nothing: settings are read at the start; restart to change them");
                }
            }
        }
    })
}

/// As a number of the log, to the microsecond.
pub fn milliseconds(duration: Duration) -> f64 {
    f64::from(u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)) / 1000.0
}
