//! Which of several hosts a connection is for: libpq's `target_session_attrs`.

use tokio_postgres::config::LoadBalanceHosts;

use super::number::Number;

pub const HOST_PATIENCE: Number = Number {
    name: "DATABASE_HOST_PATIENCE_MS",
    default: 250,
    range: 10..=1800,
    meaning: "How many milliseconds each host has to accept a connection, TLS included, if the URL names several hosts. If all are too slow, the time is doubled, and they are tried again.",
};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    Any,
    /// Takes changes.
    ReadWrite,
    ReadOnly,
    /// Is no standby, even if it takes no changes.
    Primary,
    Standby,
    PreferStandby,
}

impl Target {
    /// In libpq's words. Without one: of several hosts, the one that takes changes; a single host in any state, because
    /// a standby serves reads too.
    pub fn read(stated: Option<&str>, hosts: usize) -> Result<Self, String> {
        Ok(match stated {
            None if hosts > 1 => Self::ReadWrite,
            None | Some("any") => Self::Any,
            Some("read-write") => Self::ReadWrite,
            Some("read-only") => Self::ReadOnly,
            Some("primary") => Self::Primary,
            Some("standby") => Self::Standby,
            Some("prefer-standby") => Self::PreferStandby,
            Some(other) => {
                return Err(format!(
                    "has target_session_attrs={other}. Make it read-write, primary, any, read-only, standby or prefer-standby."
                ));
            }
        })
    }

    /// Whether it is the one that others follow.
    pub fn leads(self) -> bool {
        matches!(self, Self::ReadWrite | Self::Primary)
    }
}

/// How many hosts a URL names. Addresses and ports stand beside them, in the same order.
pub fn count_hosts(config: &tokio_postgres::Config) -> Result<usize, String> {
    let (names, addresses, ports) =
        (config.get_hosts().len(), config.get_hostaddrs().len(), config.get_ports().len());
    let hosts = names.max(addresses);
    if names > 0 && addresses > 0 && names != addresses {
        return Err(format!("names {names} hosts and {addresses} addresses (hostaddr)."));
    }
    if hosts > 1 && ports > 1 && ports != hosts {
        return Err(format!("names {hosts} hosts and {ports} ports."));
    }
    Ok(hosts)
}

pub fn is_shuffled(config: &tokio_postgres::Config) -> bool {
    config.get_load_balance_hosts() == LoadBalanceHosts::Random
}
