//! What the environment says. Nothing else reads it.

use std::{
    env, fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use tokio_postgres::config::SslMode;

const LOCAL_DATABASE_URL: &str = "postgresql://adoption:adoption@localhost:5432/adoption";

#[derive(Clone, Debug)]
pub struct Config {
    pub environment: Environment,
    pub auth_mode: AuthMode,
    pub address: SocketAddr,
    pub database: DatabaseUrl,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Environment {
    Local,
    Dev,
    Test,
    Prod,
}

impl Environment {
    /// Only a developer is shown what went wrong inside.
    pub fn shows_causes(self) -> bool {
        matches!(self, Self::Local | Self::Dev)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AuthMode {
    /// Anybody may log in as anybody: for development and tests.
    Mock,
    /// Nobody logs in here.
    None,
}

impl fmt::Display for AuthMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Mock => "mock",
            Self::None => "none",
        })
    }
}

#[derive(Clone, Debug)]
pub struct DatabaseUrl {
    /// The environment variable that it came from.
    pub variable: String,
    pub config: tokio_postgres::Config,
}

impl Config {
    pub fn from_environment() -> Result<Self, String> {
        Self::read(|name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let name = variable("APP_ENV").unwrap_or_else(|| "LOCAL".to_owned());
        let environment = match name.as_str() {
            "LOCAL" => Environment::Local,
            "DEV" => Environment::Dev,
            "TEST" => Environment::Test,
            "PROD" => Environment::Prod,
            _ => return Err(format!("APP_ENV is {name:?}. Make it LOCAL, DEV, TEST or PROD.")),
        };

        Ok(Self {
            environment,
            auth_mode: auth_mode(environment, variable("AUTH_MODE").as_deref())?,
            address: address(variable("HOST").as_deref(), variable("PORT").as_deref())?,
            database: database_url(&format!("{name}_DATABASE_URL"), environment, variable)?,
        })
    }
}

fn auth_mode(environment: Environment, stated: Option<&str>) -> Result<AuthMode, String> {
    match (stated, environment) {
        (Some("mock"), Environment::Prod) => Err(
            "AUTH_MODE is \"mock\", with which anybody is whoever they say. Unset it where APP_ENV is PROD."
                .to_owned(),
        ),
        (Some("mock"), _) | (None, Environment::Local) => Ok(AuthMode::Mock),
        (Some("none") | None, _) => Ok(AuthMode::None),
        (Some(other), _) => Err(format!("AUTH_MODE is {other:?}. Make it mock or none.")),
    }
}

fn address(host: Option<&str>, port: Option<&str>) -> Result<SocketAddr, String> {
    let host = match host {
        None => IpAddr::from(Ipv4Addr::LOCALHOST),
        Some(host) => host.parse().map_err(|_| {
            format!("HOST is {host:?}. Make it the IP address to listen on, 0.0.0.0 for all.")
        })?,
    };
    let port = match port {
        None => 3001,
        Some(port) => {
            port.parse().map_err(|_| format!("PORT is {port:?}. Make it a number from 0 to 65535."))?
        }
    };
    Ok(SocketAddr::new(host, port))
}

fn database_url(
    own_variable: &str,
    environment: Environment,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<DatabaseUrl, String> {
    let (name, url) = if let Some(url) = variable("DATABASE_URL") {
        ("DATABASE_URL", url)
    } else if let Some(url) = variable(own_variable) {
        (own_variable, url)
    } else if environment == Environment::Local {
        (own_variable, LOCAL_DATABASE_URL.to_owned())
    } else {
        return Err(format!(
            "{own_variable} is not set. Set it, or DATABASE_URL, to the URL of the database."
        ));
    };

    // The driver's words name an option or a position at most, never the password.
    let config: tokio_postgres::Config = url.parse().map_err(|error| {
        format!("{name} is no usable URL ({error}). Make it postgresql://user:password@host:port/database.")
    })?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(format!("{name} names no host. Make it postgresql://user:password@host:port/database."));
    }
    if config.get_ssl_mode() == SslMode::Require {
        return Err(format!("{name} asks for TLS, which this version does not speak. Leave sslmode out."));
    }
    Ok(DatabaseUrl { variable: name.to_owned(), config })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, String> {
        Config::read(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_empty_environment_is_a_developer_s_machine() {
        let config = read(&[]).unwrap();
        assert_eq!(config.environment, Environment::Local);
        assert_eq!(config.auth_mode, AuthMode::Mock);
        assert_eq!(config.address.to_string(), "127.0.0.1:3001");
        assert_eq!(config.database.variable, "LOCAL_DATABASE_URL");
        assert_eq!(config.database.config.get_dbname(), Some("adoption"));
    }

    #[test]
    fn each_environment_has_a_database_of_its_own_and_database_url_overrides() {
        let dev = ("DEV_DATABASE_URL", "postgresql://a:b@dev/x");
        let any = ("DATABASE_URL", "postgresql://a:b@any/x");
        assert_eq!(read(&[("APP_ENV", "DEV"), dev]).unwrap().database.variable, "DEV_DATABASE_URL");
        assert_eq!(read(&[("APP_ENV", "DEV"), dev, any]).unwrap().database.variable, "DATABASE_URL");
        assert!(read(&[("APP_ENV", "TEST"), dev]).unwrap_err().contains("TEST_DATABASE_URL"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (name, value) in [
            ("APP_ENV", "STAGING"),
            ("AUTH_MODE", "anything"),
            ("PORT", "http"),
            ("PORT", "70000"),
            ("HOST", "somewhere"),
            ("DATABASE_URL", "postgresql://a:secret@host:port/x"),
            ("DATABASE_URL", "nonsense"),
            ("DATABASE_URL", "postgresql://a:secret@host/x?sslmode=require"),
            ("DATABASE_URL", "postgresql://a:secret@host/x?sslmode=verify-full"),
        ] {
            let reason = read(&[(name, value)]).unwrap_err();
            assert!(reason.contains(name), "{reason}");
            assert!(!reason.contains("secret"), "{reason}");
        }
    }

    #[test]
    fn nobody_is_whoever_they_say_in_production() {
        let prod =
            [("APP_ENV", "PROD"), ("PROD_DATABASE_URL", "postgresql://a:b@c/d"), ("AUTH_MODE", "mock")];
        assert!(read(&prod).unwrap_err().contains("AUTH_MODE"));
        assert_eq!(read(&prod[..2]).unwrap().auth_mode, AuthMode::None);
    }
}
