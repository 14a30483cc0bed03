//! The environment. Nothing else reads it.

mod anchors;
mod database;
mod documents;
mod limits;
mod log;
mod maintenance;
mod number;
mod oidc;
mod reference;
mod secret;
mod target;
mod worker;

use std::{
    env, fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use ipnet::IpNet;
use url::{Origin, Url};

pub use self::{
    anchors::KeyFile,
    database::{DatabaseUrl, PoolSettings, Statements, Tls},
    documents::DocumentStore,
    limits::{ADMIN, ConnectionLimits, RateLimits},
    log::{LogFormat, LogSettings},
    maintenance::{MaintenanceConfig, documents_of_environment, reader_database},
    oidc::{ClientProof, OidcSettings},
    reference::reference,
    target::{Target, is_shuffled},
    worker::{ClamdAddress, VirusScan, WorkerConfig},
};
use self::{
    database::{database_url, registrar_url, replica_url},
    documents::{azure_options, document_store},
    oidc::oidc_settings,
};

const LOCAL_DATABASE_URL: &str = "postgresql://adoption:adoption@localhost:5432/adoption";

#[derive(Clone, Debug)]
pub struct Config {
    pub environment: Environment,
    pub auth_mode: AuthMode,
    /// Where people sign in with an identity provider.
    pub oidc: Option<OidcSettings>,
    pub address: SocketAddr,
    /// Where to listen for operators, if they have a port of their own.
    pub admin: Option<SocketAddr>,
    pub database: DatabaseUrl,
    /// Standbys that may be read from.
    pub replicas: Option<DatabaseUrl>,
    pub pool: PoolSettings,
    pub documents: DocumentStore,
    /// The proxies that are trusted to state a client's address.
    pub trusted_proxies: Vec<IpNet>,
    /// Other origins whose pages may call this server from a browser.
    pub allowed_origins: Vec<Origin>,
    /// Also those of this machine: a front end's development server sends its own along.
    pub allows_loopback_origins: bool,
    pub connections: ConnectionLimits,
    pub rates: RateLimits,
    pub log: LogSettings,
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

    /// Whether the documents are real ones.
    pub fn is_deployed(self) -> bool {
        matches!(self, Self::Dev | Self::Prod)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AuthMode {
    /// Anybody may log in as anybody: for development and tests.
    Mock,
    /// An identity provider says who a user is.
    Oidc,
    /// Nobody logs in here.
    None,
}

impl fmt::Display for AuthMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Mock => "mock",
            Self::Oidc => "oidc",
            Self::None => "none",
        })
    }
}

impl Config {
    pub fn from_environment() -> Result<Self, String> {
        let mut config = Self::read(of_environment)?;
        config.documents.options.extend(azure_options());
        Ok(config)
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let (environment, name) = environment(&variable)?;
        let own_variable = format!("{name}_DATABASE_URL");
        let auth_mode = auth_mode(environment, variable("AUTH_MODE").as_deref())?;
        Ok(Self {
            environment,
            auth_mode,
            oidc: (auth_mode == AuthMode::Oidc).then(|| oidc_settings(&variable)).transpose()?,
            address: SocketAddr::new(host(&variable)?, port("PORT", &variable)?.unwrap_or(3001)),
            admin: admin_address(&variable)?,
            database: database_url(
                environment,
                ["DATABASE_URL", &own_variable],
                LOCAL_DATABASE_URL,
                &variable,
            )?,
            replicas: replica_url(environment, &variable)?,
            pool: PoolSettings::read(&variable)?,
            documents: document_store(environment, &variable)?,
            trusted_proxies: trusted_proxies(variable("TRUSTED_PROXIES").as_deref())?,
            allowed_origins: allowed_origins(variable("ALLOWED_ORIGINS").as_deref())?,
            allows_loopback_origins: environment == Environment::Local,
            connections: ConnectionLimits::read(environment, &variable)?,
            rates: RateLimits::read(environment, &variable)?,
            log: LogSettings::read(environment, &variable)?,
        })
    }
}

/// The database, by the login of a registrar.
pub fn registrar_database() -> Result<DatabaseUrl, String> {
    registrar_url(of_environment)
}

/// The environment, and its name.
/// An empty variable counts as not set.
fn of_environment(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn environment(variable: impl Fn(&str) -> Option<String>) -> Result<(Environment, String), String> {
    let name = variable("APP_ENV").ok_or(
        "APP_ENV is not set. Make it PROD, or LOCAL, DEV or TEST; on a developer's machine, scripts/dev sets LOCAL.",
    )?;
    let environment = match name.as_str() {
        "LOCAL" => Environment::Local,
        "DEV" => Environment::Dev,
        "TEST" => Environment::Test,
        "PROD" => Environment::Prod,
        _ => return Err(format!("APP_ENV is {name:?}. Make it LOCAL, DEV, TEST or PROD.")),
    };
    Ok((environment, name))
}

fn auth_mode(environment: Environment, stated: Option<&str>) -> Result<AuthMode, String> {
    match (stated, environment) {
        (Some("mock"), Environment::Prod) => Err(
            "AUTH_MODE is \"mock\", with which the server believes any user name. Unset it if APP_ENV is PROD."
                .to_owned(),
        ),
        (Some("mock"), _) | (None, Environment::Local) => Ok(AuthMode::Mock),
        (Some("oidc"), _) => Ok(AuthMode::Oidc),
        (Some("none") | None, _) => Ok(AuthMode::None),
        (Some(other), _) => Err(format!("AUTH_MODE is {other:?}. Make it oidc, none or mock.")),
    }
}

fn host(variable: impl Fn(&str) -> Option<String>) -> Result<IpAddr, String> {
    let Some(host) = variable("HOST") else { return Ok(Ipv4Addr::LOCALHOST.into()) };
    host.parse()
        .map_err(|_| format!("HOST is {host:?}. Make it the IP address to listen on, 0.0.0.0 for all."))
}

fn port(name: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Option<u16>, String> {
    let Some(port) = variable(name) else { return Ok(None) };
    port.parse().map(Some).map_err(|_| format!("{name} is {port:?}. Make it a number from 0 to 65535."))
}

/// Where to listen for operators, if they have a port of their own.
fn admin_address(variable: impl Fn(&str) -> Option<String>) -> Result<Option<SocketAddr>, String> {
    let host = host(&variable)?;
    Ok(port("ADMIN_PORT", variable)?.map(|port| SocketAddr::new(host, port)))
}

fn trusted_proxies(stated: Option<&str>) -> Result<Vec<IpNet>, String> {
    let entries = stated.unwrap_or_default().split(',').map(str::trim).filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            entry.parse().or_else(|_| entry.parse::<IpAddr>().map(IpNet::from)).map_err(|_| {
                format!(
                    "TRUSTED_PROXIES has {entry:?} in it. Make it IP addresses and ranges (10.0.0.0/8), with commas between."
                )
            })
        })
        .collect()
}

fn allowed_origins(stated: Option<&str>) -> Result<Vec<Origin>, String> {
    let entries = stated.unwrap_or_default().split(',').map(str::trim).filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            let url = Url::parse(entry).ok().filter(|url| {
                matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none()
            });
            url.map(|url| url.origin()).ok_or_else(|| {
                format!(
                    "ALLOWED_ORIGINS has {entry:?} in it. Make it origins (https://cases.example), with commas between."
                )
            })
        })
        .collect()
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
    fn a_local_server_needs_no_more_than_to_be_told_so() {
        assert!(read(&[]).unwrap_err().contains("APP_ENV"));
        let config = read(&[("APP_ENV", "LOCAL")]).unwrap();
        assert_eq!(config.environment, Environment::Local);
        assert_eq!(config.auth_mode, AuthMode::Mock);
        assert_eq!(config.address.to_string(), "127.0.0.1:3001");
        assert_eq!(config.database.variable, "LOCAL_DATABASE_URL");
        assert_eq!(config.database.config.get_dbname(), Some("adoption"));
    }

    #[test]
    fn each_environment_has_a_database_of_its_own_and_database_url_overrides() {
        let dev = ("DEV_DATABASE_URL", "postgresql://a:b@localhost/x");
        let any = ("DATABASE_URL", "postgresql://a:b@127.0.0.1/x");
        assert_eq!(read(&[("APP_ENV", "DEV"), dev]).unwrap().database.variable, "DEV_DATABASE_URL");
        assert_eq!(read(&[("APP_ENV", "DEV"), dev, any]).unwrap().database.variable, "DATABASE_URL");
        assert!(read(&[("APP_ENV", "TEST"), dev]).unwrap_err().contains("TEST_DATABASE_URL"));
    }

    #[test]
    fn wrong_settings_are_named() {
        for (name, value) in [
            ("APP_ENV", "STAGING"),
            ("AUTH_MODE", "anything"),
            ("PORT", "http"),
            ("PORT", "70000"),
            ("ADMIN_PORT", "-1"),
            ("HOST", "somewhere"),
            ("DATABASE_URL", "postgresql://a:secret@host:port/x"),
            ("DATABASE_URL", "nonsense"),
            ("DATABASE_URL", "postgresql://a:secret@host/x?sslmode=verify-full"),
            ("DATABASE_URL", "postgresql://a:secret@host/x"),
            ("LOCAL_DATABASE_ELSEWHERE", "maybe"),
            ("DATABASE_POOL_SIZE", "0"),
            ("DATABASE_POOL_WAIT_MS", "5s"),
            ("DATABASE_STATEMENTS", "named"),
            ("DATABASE_HOST_PATIENCE_MS", "0"),
            ("MAX_CONNECTIONS", "many"),
            ("HEADER_TIMEOUT_SECONDS", "0"),
            ("REQUEST_TIMEOUT_SECONDS", "-1"),
            ("DRAIN_SECONDS", "-1"),
            ("SHUTDOWN_SECONDS", "1.5"),
            ("LOGINS_PER_MINUTE", "ten"),
            ("REQUESTS_PER_MINUTE", "1e3"),
            ("ALLOWED_ORIGINS", "cases.example"),
            ("ALLOWED_ORIGINS", "https://cases.example/path"),
            ("LOG_FORMAT", "xml"),
            ("LOG_LEVEL", "casefile=debug"),
            ("LOG_LEVEL", "INFO"),
            ("ACCESS_LOG", "yes"),
        ] {
            let reason = read(&[(name, value), ("APP_ENV", "LOCAL")]).unwrap_err();
            assert!(reason.contains(name), "{reason}");
            assert!(!reason.contains("secret"), "{reason}");
        }
    }

    #[test]
    fn the_mock_login_is_refused_in_production() {
        let prod = [
            ("APP_ENV", "PROD"),
            ("PROD_DATABASE_URL", "postgresql://a:b@localhost/d"),
            ("DOCUMENT_STORE_URL", "file:///documents"),
            ("AUTH_MODE", "mock"),
        ];
        assert!(read(&prod).unwrap_err().contains("AUTH_MODE"));
        assert_eq!(read(&prod[..3]).unwrap().auth_mode, AuthMode::None);
    }
}
