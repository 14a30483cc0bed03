//! What server and worker are as processes: their log.

use std::{panic, time::Duration};

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

/// As a number of the log, to the microsecond.
pub fn milliseconds(duration: Duration) -> f64 {
    f64::from(u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)) / 1000.0
}
