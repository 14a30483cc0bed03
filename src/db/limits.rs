//! Timeouts, which each connection sends: so they hold, whatever the login's settings are.

use crate::{config::DatabaseUrl, facts::settings_of};

/// The logins that db/roles.sql makes. Others may stand in for them.
pub const SERVER: &str = "casefile_api";
pub const WORKER: &str = "casefile_worker";

/// With the timeouts that db/roles.sql gives the login. Options in the URL take precedence.
pub fn limited(mut database: DatabaseUrl, login: &str) -> DatabaseUrl {
    let timeouts = settings_of(login).filter(|(name, _)| name.ends_with("_timeout"));
    let mut options: Vec<_> = timeouts.map(|(name, value)| format!("-c {name}={value}")).collect();
    options.extend(database.config.get_options().map(str::to_owned));
    database.config.options(options.join(" "));
    database
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::{Target, Tls};

    #[test]
    fn options_of_the_url_take_precedence() {
        let database = DatabaseUrl {
            variable: "DATABASE_URL".to_owned(),
            config: "postgresql://u@h/d?options=-c%20lock_timeout%3D7s".parse().unwrap(),
            tls: Tls::Unverified,
            target: Target::Any,
            host_patience: Duration::ZERO,
        };
        let options = limited(database, "casefile_worker");
        assert_eq!(
            options.config.get_options().unwrap(),
            "-c idle_in_transaction_session_timeout=30s -c lock_timeout=10s -c statement_timeout=30s \
             -c lock_timeout=7s"
        );
    }
}
