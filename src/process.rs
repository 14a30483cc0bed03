//! The log of the processes, server and worker.

use std::{io::stderr, panic, time::Duration};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, fmt::fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{LogFormat, LogSettings};

/// To stderr, panics included.
pub fn start_log(settings: LogSettings) {
    let log = fmt().with_max_level(settings.level).with_writer(stderr);
    // Finer messages of libraries may contain data from clients.
    let targets = Targets::new()
        .with_default(settings.level.min(LevelFilter::INFO))
        .with_target(env!("CARGO_PKG_NAME"), settings.level);
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a panic");
    }));
    match settings.format {
        LogFormat::Json => log.json().flatten_event(true).with_target(false).finish().with(targets).init(),
        LogFormat::Human => log.finish().with(targets).init(),
    }
}

/// For the log, to the microsecond.
pub fn milliseconds(duration: Duration) -> f64 {
    f64::from(u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)) / 1000.0
}
