//! The environment of a worker.

use std::{env, ffi::OsString, net::SocketAddr, path::PathBuf, time::Duration};

use super::{
    DatabaseUrl, DocumentStore, Environment, LogSettings, admin_address,
    database::database_url,
    documents::{azure_options, document_store},
    environment,
    limits::drain,
    number::Number,
    of_environment,
};

const LOCAL_DATABASE_URL: &str = "postgresql://casefile_worker:casefile_worker@localhost:5432/adoption";
/// Longer than a document takes: 15 minutes.
pub const LEASE: Number = Number {
    name: "WORKER_LEASE_SECONDS",
    default: 900,
    range: 1..=86400,
    meaning: "After how many seconds another worker takes over the document of a worker that died.",
};

#[derive(Clone, Debug)]
pub struct WorkerConfig {
    pub database: DatabaseUrl,
    pub documents: DocumentStore,
    pub virus_scan: VirusScan,
    /// How long a claim holds. Until then, no other worker takes the document of a dead one.
    pub lease: Duration,
    /// Where to listen for operators, if anywhere.
    pub admin: Option<SocketAddr>,
    /// How long it stays up, idle and not ready, before it ends.
    pub drain: Duration,
    pub log: LogSettings,
    /// The whole environment of the programs that read documents.
    pub tool_environment: Vec<(&'static str, OsString)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum VirusScan {
    Off,
    Clamd(ClamdAddress),
}

#[derive(Clone, Debug, PartialEq)]
pub enum ClamdAddress {
    Tcp(String),
    Unix(PathBuf),
}

impl WorkerConfig {
    pub fn from_environment() -> Result<Self, String> {
        let mut config = Self::read(of_environment)?;
        config.documents.options.extend(azure_options());
        config.tool_environment = ["PATH", "TESSDATA_PREFIX"]
            .into_iter()
            .filter_map(|name| Some((name, env::var_os(name)?)))
            .chain([("LC_ALL", "C.UTF-8".into()), ("OMP_THREAD_LIMIT", "1".into())])
            .collect();
        Ok(config)
    }

    pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let (environment, name) = environment(&variable)?;
        let own_variable = format!("{name}_WORKER_DATABASE_URL");
        Ok(Self {
            database: database_url(
                environment,
                ["WORKER_DATABASE_URL", &own_variable],
                LOCAL_DATABASE_URL,
                &variable,
            )?,
            documents: document_store(environment, &variable)?,
            virus_scan: virus_scan(
                environment,
                variable("VIRUS_SCAN").as_deref(),
                variable("CLAMD_ADDRESS").as_deref(),
            )?,
            lease: Duration::from_secs(LEASE.read(&variable)?.into()),
            admin: admin_address(&variable)?,
            drain: drain(environment, &variable)?,
            log: LogSettings::read(environment, &variable)?,
            tool_environment: Vec::new(),
        })
    }
}

fn virus_scan(
    environment: Environment,
    stated: Option<&str>,
    clamd: Option<&str>,
) -> Result<VirusScan, String> {
    match stated {
        Some("off") if environment.is_deployed() => {
            Err("VIRUS_SCAN is \"off\", and documents would be served unscanned. Unset it where APP_ENV is neither LOCAL nor TEST.".to_owned())
        }
        Some("off") => Ok(VirusScan::Off),
        Some("on") | None => clamd_address(clamd).map(VirusScan::Clamd),
        Some(other) => Err(format!("VIRUS_SCAN is {other:?}. Make it on or off.")),
    }
}

fn clamd_address(stated: Option<&str>) -> Result<ClamdAddress, String> {
    let shape = "Make it clamd's host:port or the path of its socket";
    let address = stated.ok_or_else(|| format!("CLAMD_ADDRESS is not set. {shape}."))?;
    if address.starts_with('/') {
        return Ok(ClamdAddress::Unix(address.into()));
    }
    match address.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0) => {
            Ok(ClamdAddress::Tcp(address.to_owned()))
        }
        _ => Err(format!("CLAMD_ADDRESS is {address:?}. {shape}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<WorkerConfig, String> {
        WorkerConfig::read(|name| {
            let stated = variables.iter().chain(&[("APP_ENV", "LOCAL")]).find(|(key, _)| *key == name);
            stated.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn clamd_is_at_a_port_or_at_a_path() {
        let at = |address| read(&[("CLAMD_ADDRESS", address)]).map(|config| config.virus_scan);
        assert_eq!(at("av:3310").unwrap(), VirusScan::Clamd(ClamdAddress::Tcp("av:3310".to_owned())));
        let path = "/run/clamav/clamd.ctl";
        assert_eq!(at(path).unwrap(), VirusScan::Clamd(ClamdAddress::Unix(path.into())));
        for wrong in ["av", "av:", ":3310", "av:0", "av:70000", "av:clamd"] {
            assert!(at(wrong).unwrap_err().contains("CLAMD_ADDRESS"), "{wrong}");
        }
        assert!(read(&[]).unwrap_err().contains("CLAMD_ADDRESS"));
    }

    #[test]
    fn nothing_is_left_unscanned_where_it_matters() {
        let with_scan_off = |environment| {
            read(&[
                ("APP_ENV", environment),
                ("VIRUS_SCAN", "off"),
                ("WORKER_DATABASE_URL", "postgresql://a:b@localhost/d"),
                ("DOCUMENT_STORE_URL", "file:///tmp"),
            ])
            .map(|config| config.virus_scan)
        };
        for environment in ["LOCAL", "TEST"] {
            assert_eq!(with_scan_off(environment).unwrap(), VirusScan::Off);
        }
        for environment in ["DEV", "PROD"] {
            assert!(with_scan_off(environment).unwrap_err().contains("VIRUS_SCAN"));
        }
        assert!(read(&[("VIRUS_SCAN", "no")]).unwrap_err().contains("VIRUS_SCAN"));
    }

    #[test]
    fn each_environment_has_a_database_of_its_own() {
        let off = ("VIRUS_SCAN", "off");
        assert_eq!(read(&[off]).unwrap().database.config.get_user(), Some("casefile_worker"));
        let test = ("APP_ENV", "TEST");
        assert!(read(&[off, test]).unwrap_err().contains("TEST_WORKER_DATABASE_URL"));
        let own = ("TEST_WORKER_DATABASE_URL", "postgresql://a:b@own/x");
        let any = ("WORKER_DATABASE_URL", "postgresql://a:b@any/x");
        assert_eq!(read(&[off, test, own]).unwrap().database.variable, own.0);
        assert_eq!(read(&[off, test, own, any]).unwrap().database.variable, any.0);
    }

    #[test]
    fn a_claim_ends() {
        let off = ("VIRUS_SCAN", "off");
        assert_eq!(read(&[off]).unwrap().lease, Duration::from_secs(900));
        assert_eq!(read(&[off, ("WORKER_LEASE_SECONDS", "5")]).unwrap().lease, Duration::from_secs(5));
        for wrong in ["0", "-1", "1h", "1000000"] {
            let reason = read(&[off, ("WORKER_LEASE_SECONDS", wrong)]).unwrap_err();
            assert!(reason.contains("WORKER_LEASE_SECONDS"), "{wrong}");
        }
    }
}
