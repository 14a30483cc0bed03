//! A database's address, and how to connect to it.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use tokio_postgres::config::{Host, SslMode};

use super::{
    Environment,
    number::Number,
    oidc::is_yes,
    secret::Stated,
    target::{HOST_PATIENCE, Target, count_hosts},
};

const SHAPE: &str = "Make it postgresql://user:password@host:port/database";
const ENCODE: &str = "The password must be percent-encoded: %40 for @, %2F for /, %3F for ?, %25 for %";

pub const POOL_SIZE: Number = Number {
    name: "DATABASE_POOL_SIZE",
    default: 10,
    range: 1..=1000,
    meaning: "How many connections to the database a server holds.",
};
pub const POOL_WAIT: Number = Number {
    name: "DATABASE_POOL_WAIT_MS",
    default: 1000,
    range: 1..=1800,
    meaning: "How many milliseconds a request waits for a free connection before it is answered 503.",
};
pub const ELSEWHERE: &str = "LOCAL_DATABASE_ELSEWHERE";
pub const STATEMENTS: &str = "DATABASE_STATEMENTS";
pub const REGISTRAR: &str = "REGISTRAR_DATABASE_URL";
pub const REPLICA: &str = "REPLICA_DATABASE_URL";
pub const MIGRATOR: &str = "MIGRATOR_DATABASE_URL";
pub const BACKUP: &str = "BACKUP_DATABASE_URL";

#[derive(Clone, Debug)]
pub struct DatabaseUrl {
    /// The environment variable that it came from.
    pub variable: String,
    pub config: tokio_postgres::Config,
    pub tls: Tls,
    /// Which of its hosts to use.
    pub target: Target,
    /// How long each of several may take to connect.
    pub host_patience: Duration,
}

/// How well the connection checks that it reaches our database: the `sslmode` of libpq.
#[derive(Clone, Debug, PartialEq)]
pub enum Tls {
    /// `disable`, `prefer` and `require`: any certificate will do.
    Unverified,
    /// `verify-ca`: the certificate comes from an authority in this file.
    VerifyAuthority(PathBuf),
    /// `verify-full`: and it is for this host.
    VerifyFull(PathBuf),
}

/// How a server uses its connections.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    pub size: usize,
    pub wait_milliseconds: u32,
    pub statements: Statements,
}

/// Whether a connection remembers statements from one transaction to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statements {
    Prepared,
    /// Behind a pooler that gives every transaction another connection.
    Unprepared,
}

impl PoolSettings {
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let statements = match variable(STATEMENTS).as_deref() {
            Some("prepared") | None => Statements::Prepared,
            Some("unprepared") => Statements::Unprepared,
            Some(other) => {
                return Err(format!("{STATEMENTS} is {other:?}. Make it prepared or unprepared."));
            }
        };
        Ok(Self {
            size: POOL_SIZE.read(&variable)? as usize,
            wait_milliseconds: POOL_WAIT.read(&variable)?,
            statements,
        })
    }
}

/// The first variable overrides the second, which belongs to the environment.
pub fn database_url(
    environment: Environment,
    [overriding, own]: [&str; 2],
    default: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<DatabaseUrl, String> {
    let host_patience = host_patience(&variable)?;
    let stated = match Stated::read(overriding, &variable)? {
        Some(stated) => Some(stated),
        None => Stated::read(own, &variable)?,
    };
    let stated = match stated {
        Some(stated) => stated,
        None if environment == Environment::Local => {
            Stated { variable: own.to_owned(), value: default.to_owned() }
        }
        None => {
            return Err(format!(
                "{own} is not set. Set it, or {overriding}, to the URL of the database (or {own}_FILE to a file that holds it)."
            ));
        }
    };
    usable_in(environment, stated, host_patience, variable)
}

/// For standbys, one per host.
pub fn replica_url(
    environment: Environment,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<DatabaseUrl>, String> {
    let (stated, host_patience) = (Stated::read(REPLICA, &variable)?, host_patience(&variable)?);
    let Some(stated) = stated else { return Ok(None) };
    let database = usable_in(environment, stated, host_patience, variable)?;
    Ok(Some(DatabaseUrl { target: Target::Standby, ..database }))
}

fn usable_in(
    environment: Environment,
    stated: Stated,
    host_patience: Duration,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<DatabaseUrl, String> {
    let database = usable(stated, environment.is_deployed(), host_patience)?;
    if environment == Environment::Local && !is_yes(ELSEWHERE, &variable)? && !is_local(&database.config) {
        return Err(format!(
            "{} leads to another machine, and APP_ENV is LOCAL, where the server believes any user name. Set APP_ENV to the environment of that database, or {ELSEWHERE}=yes.",
            database.variable
        ));
    }
    Ok(database)
}

pub fn registrar_url(variable: impl Fn(&str) -> Option<String>) -> Result<DatabaseUrl, String> {
    command_url(REGISTRAR, "with your login as a registrar", variable)
}

/// For a command run by hand: in every environment, it talks to other machines only by TLS.
pub fn command_url(
    name: &str,
    login: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<DatabaseUrl, String> {
    let host_patience = host_patience(&variable)?;
    let stated = Stated::read(name, &variable)?.ok_or_else(|| {
        format!(
            "{name} is not set. Set it to the URL of the database {login} (or {name}_FILE to a file that holds it)."
        )
    })?;
    usable(stated, true, host_patience)
}

fn host_patience(variable: impl Fn(&str) -> Option<String>) -> Result<Duration, String> {
    Ok(Duration::from_millis(HOST_PATIENCE.read(variable)?.into()))
}

fn usable(stated: Stated, demands_tls: bool, host_patience: Duration) -> Result<DatabaseUrl, String> {
    let Stated { variable: name, value: url } = stated;
    if is_misread(&url) {
        return Err(format!("{name} is not a usable URL. {SHAPE}. {ENCODE}."));
    }
    let (url, mut asked) = take_own(&url);
    // Not in the driver's words, which may quote a part of the password.
    let mut config: tokio_postgres::Config =
        url.parse().map_err(|_| format!("{name} is not a usable URL. {SHAPE}. {ENCODE}."))?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(format!("{name} names no host. {SHAPE}."));
    }
    let hosts = count_hosts(&config).map_err(|reason| format!("{name} {reason}"))?;
    let target = Target::read(asked.target.as_deref(), hosts).map_err(|reason| format!("{name} {reason}"))?;
    let demands_tls = demands_tls && !is_local(&config);
    if demands_tls && asked.mode.is_none() {
        asked.mode = Some("verify-full".to_owned());
    }
    let tls = asked.apply_to(&mut config).map_err(|reason| format!("{name} {reason}"))?;
    if demands_tls && tls == Tls::Unverified {
        return Err(format!(
            "{name} leads to another host without TLS that tells which one answers. Make it sslmode=verify-full&sslrootcert=/path/to/ca.pem (or verify-ca)."
        ));
    }
    Ok(DatabaseUrl { variable: name, config, tls, target, host_patience })
}

/// Whether an @ or ? stands where the driver does not expect it. It would end the password there, and take the rest for
/// a host or an option, which errors name.
fn is_misread(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let Some((user_and_password, rest)) = rest.split_once('@') else { return false };
    user_and_password.contains('?') || rest.split('?').next().is_some_and(|place| place.contains('@'))
}

/// Parameters of libpq in the URL that the driver does not understand, or not completely.
#[derive(Default)]
struct Asked {
    mode: Option<String>,
    root_certificate: Option<PathBuf>,
    target: Option<String>,
}

/// The driver knows no `sslrootcert`, no verifying modes, and no `primary` or `standby` hosts.
fn take_own(url: &str) -> (String, Asked) {
    let mut asked = Asked::default();
    let Some((address, query)) = url.split_once('?') else { return (url.to_owned(), asked) };
    let mut others = Vec::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
        match name {
            "sslmode" => asked.mode = Some(value.into_owned()),
            "sslrootcert" if value.is_empty() => {}
            "sslrootcert" => asked.root_certificate = Some(value.into_owned().into()),
            "target_session_attrs" => asked.target = Some(value.into_owned()),
            _ => others.push(parameter),
        }
    }
    let rest = if others.is_empty() { String::new() } else { format!("?{}", others.join("&")) };
    (format!("{address}{rest}"), asked)
}

impl Asked {
    fn apply_to(self, config: &mut tokio_postgres::Config) -> Result<Tls, String> {
        let Self { mode, root_certificate, .. } = self;
        let lacks_root = || {
            "verifies the certificate against nothing. Add sslrootcert=/path/to/ca.pem to the URL.".to_owned()
        };
        let (mode, tls) = match mode.as_deref() {
            Some("disable") => (SslMode::Disable, Tls::Unverified),
            Some("prefer") | None => (SslMode::Prefer, Tls::Unverified),
            // As in libpq: naming a CA asks for its check.
            Some("require") => {
                (SslMode::Require, root_certificate.map_or(Tls::Unverified, Tls::VerifyAuthority))
            }
            Some("verify-ca") => {
                (SslMode::Require, Tls::VerifyAuthority(root_certificate.ok_or_else(lacks_root)?))
            }
            Some("verify-full") => {
                (SslMode::Require, Tls::VerifyFull(root_certificate.ok_or_else(lacks_root)?))
            }
            Some(other) => {
                return Err(format!(
                    "has sslmode={other}. Make it disable, prefer, require, verify-ca or verify-full."
                ));
            }
        };
        config.ssl_mode(mode);
        Ok(tls)
    }
}

/// Whether traffic to it stays on this machine.
fn is_local(config: &tokio_postgres::Config) -> bool {
    let is_loopback = |address: &IpAddr| address.to_canonical().is_loopback();
    let is_local_host = |host: &Host| match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|address| is_loopback(&address)),
        Host::Unix(_) => true,
    };
    if config.get_hostaddrs().is_empty() {
        config.get_hosts().iter().all(is_local_host)
    } else {
        config.get_hostaddrs().iter().all(is_loopback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(environment: Environment, url: &str) -> Result<DatabaseUrl, String> {
        database_url(environment, ["DATABASE_URL", "OWN"], "", |name| {
            (name == "DATABASE_URL").then(|| url.to_owned())
        })
    }

    #[test]
    fn tls_is_asked_for_in_the_words_of_libpq() {
        let ca = || PathBuf::from("/etc/ca file.pem");
        for (query, mode, tls) in [
            ("", SslMode::Prefer, Tls::Unverified),
            ("?sslmode=disable", SslMode::Disable, Tls::Unverified),
            ("?sslmode=require&connect_timeout=3", SslMode::Require, Tls::Unverified),
            ("?sslmode=require&sslrootcert=/etc/ca%20file.pem", SslMode::Require, Tls::VerifyAuthority(ca())),
            ("?sslrootcert=/etc/ca file.pem&sslmode=verify-ca", SslMode::Require, Tls::VerifyAuthority(ca())),
            ("?sslmode=verify-full&sslrootcert=/etc/ca%20file.pem", SslMode::Require, Tls::VerifyFull(ca())),
        ] {
            let read = read(Environment::Test, &format!("postgresql://a:b@db.example/x{query}")).unwrap();
            assert_eq!((read.config.get_ssl_mode(), read.tls), (mode, tls), "{query}");
        }
        for query in ["sslmode=verify", "sslmode=verify-full", "sslmode=verify-ca&sslrootcert="] {
            let url = format!("postgresql://a:hush@db.example/x?{query}");
            let reason = read(Environment::Test, &url).unwrap_err();
            assert!(reason.contains("DATABASE_URL") && !reason.contains("hush"), "{reason}");
        }
    }

    #[test]
    fn of_several_hosts_the_one_is_meant_that_takes_changes_unless_the_url_says_otherwise() {
        for (place, target) in
            [("one", Target::Any), ("one,two", Target::ReadWrite), ("one:1,two:2", Target::ReadWrite)]
        {
            let read = read(Environment::Test, &format!("postgresql://a:b@{place}/x")).unwrap();
            assert_eq!(read.target, target, "{place}");
            assert_eq!(read.host_patience, Duration::from_millis(250));
        }
        for (word, target) in [
            ("any", Target::Any),
            ("read-write", Target::ReadWrite),
            ("read-only", Target::ReadOnly),
            ("primary", Target::Primary),
            ("standby", Target::Standby),
            ("prefer-standby", Target::PreferStandby),
        ] {
            let url = format!("postgresql://a:b@one,two/x?sslmode=disable&target_session_attrs={word}");
            assert_eq!(read(Environment::Test, &url).unwrap().target, target);
        }
        for wrong in
            ["one,two/x?target_session_attrs=master", "one,two/x?hostaddr=127.0.0.1", "one,two/x?port=1"]
        {
            let reason = read(Environment::Test, &format!("postgresql://a:hush@{wrong}")).unwrap_err();
            assert!(reason.starts_with("DATABASE_URL ") && !reason.contains("hush"), "{reason}");
        }
    }

    #[test]
    fn a_deployed_server_verifies_the_host_unless_it_is_told_otherwise() {
        let url = "postgresql://a:b@db.example/x?sslrootcert=/ca.pem";
        for environment in [Environment::Dev, Environment::Prod] {
            assert_eq!(read(environment, url).unwrap().tls, Tls::VerifyFull("/ca.pem".into()));
            let reason = read(environment, "postgresql://a:b@db.example/x").unwrap_err();
            assert!(reason.contains("sslrootcert"), "{reason}");
        }
        assert_eq!(read(Environment::Test, url).unwrap().tls, Tls::Unverified);
    }

    #[test]
    fn no_part_of_a_password_is_quoted() {
        for url in [
            "postgresql://a:hush@hush@db.example/x",
            "postgresql://a:hush@hush/hush@db.example:5432/x",
            "postgresql://a:hush?hush@db.example/x",
            "postgresql://a:hush?hush=1@db.example/x?sslmode=require",
            "postgresql://a:x@hush:hush/x",
            "postgresql://a:%ff@db.example/x?hush",
            "postgresql://a:x@db.example/x?hush=hush",
            "host=db.example user=a password=x hush",
        ] {
            let reason = read(Environment::Test, url).unwrap_err();
            assert!(!reason.contains("hush"), "{url}: {reason}");
            assert!(reason.contains("DATABASE_URL") && reason.contains("percent-encoded"), "{reason}");
        }
        let read =
            read(Environment::Test, "postgresql://a:%40%2F%3f@db.example/x?application_name=b@c").unwrap();
        assert_eq!(read.config.get_password(), Some(&b"@/?"[..]));
        assert_eq!(read.config.get_hosts(), [Host::Tcp("db.example".to_owned())]);
    }

    #[test]
    fn nothing_leaves_a_deployed_machine_in_the_clear() {
        for (url, is_fine) in [
            ("postgresql://a:b@db.example/x", false),
            ("postgresql://a:b@db.example/x?sslmode=prefer", false),
            ("postgresql://a:b@localhost,db.example/x", false),
            ("postgresql://a:b@localhost/x?hostaddr=192.0.2.1", false),
            ("postgresql://a:b@db.example/x?sslmode=require", false),
            ("postgresql://a:b@db.example/x?sslmode=require&sslrootcert=/ca.pem", true),
            ("postgresql://a:b@db.example/x?sslmode=verify-ca&sslrootcert=/ca.pem", true),
            ("postgresql://a:b@127.0.0.1:5432/x", true),
            ("postgresql://a:b@[::1]/x", true),
            ("postgresql://a:b@%2Fvar%2Frun%2Fpostgresql/x", true),
        ] {
            for environment in [Environment::Dev, Environment::Prod] {
                assert_eq!(read(environment, url).is_ok(), is_fine, "{environment:?} {url}");
            }
            assert!(read(Environment::Test, url).is_ok());
            let registrar = registrar_url(|name| (name == REGISTRAR).then(|| url.to_owned()));
            assert_eq!(registrar.is_ok(), is_fine, "{url}");
        }
    }
}
