//! One of the hosts that a URL names.

use std::{net::IpAddr, time::Duration};

use tokio::{net::lookup_host, time::timeout};
use tokio_postgres::{Client, Config, config::Host};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{errors::Refusal, line::Driven};
use crate::config::DatabaseUrl;

const PORT: u16 = 5432;

pub struct Place {
    /// For people.
    pub name: String,
    host: Option<Host>,
    address: Option<IpAddr>,
    port: u16,
}

impl Place {
    pub fn all_of(config: &Config) -> Vec<Self> {
        let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
        (0..hosts.len().max(addresses.len()))
            .map(|number| {
                let (host, address) = (hosts.get(number).cloned(), addresses.get(number).copied());
                let port = ports.get(number).or(ports.first()).copied().unwrap_or(PORT);
                let name = match (&host, address) {
                    (Some(Host::Tcp(host)), _) => format!("{host}:{port}"),
                    (Some(Host::Unix(folder)), _) => format!("{}:{port}", folder.display()),
                    (None, Some(address)) => format!("{address}:{port}"),
                    (None, None) => "without a host".to_owned(),
                };
                Self { name, host, address, port }
            })
            .collect()
    }

    /// TCP, TLS and start-up, to an address that answers. Several addresses of one name share its time.
    pub async fn connect(
        &self,
        config: &Config,
        connector: &MakeRustlsConnect,
        patience: Duration,
    ) -> Result<(Client, Driven), Refusal> {
        let addresses = match (&self.host, self.address) {
            (Some(Host::Tcp(name)), None) => {
                let found = timeout(patience, lookup_host((name.as_str(), self.port))).await;
                let found = found.map_err(|_| Refusal::Slow(patience))?.map_err(|error| unknown(&error))?;
                found.map(|address| Some(address.ip())).collect()
            }
            (_, address) => vec![address],
        };
        let mut refusal = unknown(&"its name has no address");
        let share = patience / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
        for address in addresses {
            match timeout(share, self.at(address, config).connect(connector.clone())).await {
                Ok(Ok(opened)) => return Ok(opened),
                Ok(Err(error)) => refusal = Refusal::Error(error),
                Err(_) => refusal = Refusal::Slow(patience),
            }
        }
        Err(refusal)
    }

    /// The driver's settings with this host alone: it cannot remove a host.
    fn at(&self, address: Option<IpAddr>, all: &Config) -> Config {
        let mut config = Config::new();
        match &self.host {
            Some(Host::Tcp(name)) => _ = config.host(name),
            Some(Host::Unix(folder)) => _ = config.host_path(folder),
            None => {}
        }
        address.map(|address| config.hostaddr(address));
        config.port(self.port);
        all.get_user().map(|user| config.user(user));
        all.get_password().map(|password| config.password(password));
        all.get_dbname().map(|name| config.dbname(name));
        all.get_options().map(|options| config.options(options));
        all.get_application_name().map(|name| config.application_name(name));
        all.get_connect_timeout().map(|timeout| config.connect_timeout(*timeout));
        all.get_tcp_user_timeout().map(|timeout| config.tcp_user_timeout(*timeout));
        all.get_keepalives_interval().map(|interval| config.keepalives_interval(interval));
        all.get_keepalives_retries().map(|retries| config.keepalives_retries(retries));
        config
            .keepalives(all.get_keepalives())
            .keepalives_idle(all.get_keepalives_idle())
            .ssl_mode(all.get_ssl_mode())
            .ssl_negotiation(all.get_ssl_negotiation())
            .channel_binding(all.get_channel_binding());
        config
    }
}

fn unknown(error: &impl ToString) -> Refusal {
    Refusal::Unwanted(error.to_string())
}

/// The address of the database server or servers, for people.
pub fn address(database: &DatabaseUrl) -> String {
    let names: Vec<_> = Place::all_of(&database.config).into_iter().map(|place| place.name).collect();
    names.join(", ")
}
