//! A request's client address, by its connection or a proxy that the operator trusts.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use poem::Request;

pub fn client_address(request: &Request, trusted_proxies: &[IpNet]) -> Option<IpAddr> {
    let peer = request.remote_addr().as_socket_addr()?.ip();
    let forwarded =
        request.headers().get_all("X-Forwarded-For").iter().filter_map(|value| value.to_str().ok());
    let forwarded: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
    Some(last_untrusted(peer, &forwarded, trusted_proxies))
}

/// Each proxy adds the address that it sees, on the right. So the list is true from its right end up to the first
/// address that is no trusted proxy; further left, anybody may have written anything.
fn last_untrusted(peer: IpAddr, forwarded: &[&str], trusted_proxies: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted_proxies.iter().any(|range| range.contains(&address));
    let mut address = peer.to_canonical();
    for entry in forwarded.iter().rev() {
        let Some(next) = parse(entry.trim()).filter(|_| is_trusted(address)) else { break };
        address = next.to_canonical();
    }
    address
}

/// Some proxies add the port.
fn parse(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::last_untrusted;

    #[test]
    fn the_list_counts_as_far_as_it_is_trusted() {
        let trusted = ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"].map(|range| range.parse().unwrap());
        for (peer, forwarded, client) in [
            ("203.0.113.9", &["198.51.100.7"][..], "203.0.113.9"),
            ("10.1.2.3", &[], "10.1.2.3"),
            ("10.1.2.3", &["198.51.100.7"], "198.51.100.7"),
            ("::ffff:10.1.2.3", &["198.51.100.7"], "198.51.100.7"),
            ("10.1.2.3", &["6.6.6.6", "198.51.100.7", "192.0.2.1"], "198.51.100.7"),
            ("10.1.2.3", &["6.6.6.6", " 198.51.100.7:4711 "], "198.51.100.7"),
            ("2001:db8::1", &["[2001:db9::5]:443"], "2001:db9::5"),
            ("10.1.2.3", &["6.6.6.6", "nonsense", "10.9.9.9"], "10.9.9.9"),
            ("10.1.2.3", &["10.7.7.7", "10.8.8.8"], "10.7.7.7"),
        ] {
            let address = last_untrusted(peer.parse().unwrap(), forwarded, &trusted);
            assert_eq!(address.to_string(), client, "{peer} {forwarded:?}");
        }
    }
}
