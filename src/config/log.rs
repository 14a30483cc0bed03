//! The contents of the log.

use tracing::level_filters::LevelFilter;

use super::Environment;

#[derive(Clone, Copy, Debug)]
pub struct LogSettings {
    pub format: LogFormat,
    pub level: LevelFilter,
    /// Whether each request leaves a line, or only what failed on our side.
    pub has_requests: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LogFormat {
    /// One JSON object a line, for programs.
    Json,
    Human,
}

impl LogSettings {
    pub fn read(environment: Environment, variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        Ok(Self {
            format: format(environment, variable("LOG_FORMAT").as_deref())?,
            level: level(variable("LOG_LEVEL").as_deref())?,
            has_requests: match variable("ACCESS_LOG").as_deref() {
                Some("on") | None => true,
                Some("off") => false,
                Some(other) => return Err(format!("ACCESS_LOG is {other:?}. Make it on or off.")),
            },
        })
    }
}

fn format(environment: Environment, stated: Option<&str>) -> Result<LogFormat, String> {
    match stated {
        Some("json") => Ok(LogFormat::Json),
        Some("human") => Ok(LogFormat::Human),
        Some(other) => Err(format!("LOG_FORMAT is {other:?}. Make it json or human.")),
        None if environment.is_deployed() => Ok(LogFormat::Json),
        None => Ok(LogFormat::Human),
    }
}

fn level(stated: Option<&str>) -> Result<LevelFilter, String> {
    match stated {
        Some("error") => Ok(LevelFilter::ERROR),
        Some("warn") => Ok(LevelFilter::WARN),
        Some("info") | None => Ok(LevelFilter::INFO),
        Some("debug") => Ok(LevelFilter::DEBUG),
        Some(other) => Err(format!("LOG_LEVEL is {other:?}. Make it error, warn, info or debug.")),
    }
}
