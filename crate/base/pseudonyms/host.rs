//! Pseudonyms of hosts' names, and of URLs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Kind, Pseudonyms};

/// The pseudonym of a name, an address, or either with a port behind a colon.
pub(super) fn pseudonym(pseudonyms: &mut Pseudonyms, name: &str) -> String {
    if let Ok(address) = name.parse::<IpAddr>() {
        return pseudonyms.address(address).to_string();
    }
    if let Some((host, port)) = name.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()) {
        return format!("{}:{port}", pseudonym(pseudonyms, host));
    }
    if let Some(inner) = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        return format!("[{}]", pseudonym(pseudonyms, inner));
    }
    if let Some(address) = reverse(name) {
        return reverse_name(pseudonyms.address(address));
    }
    let lower = name.to_lowercase();
    let mut rest = lower.as_str();
    let mut labels = Vec::new();
    while !rest.is_empty() {
        labels.push(label(pseudonyms, rest));
        rest = rest.split_once('.').map_or("", |(_, rest)| rest);
    }
    labels.join(".")
}

/// The pseudonym of the first label of a name. It is the label's in its domain: the same one elsewhere is another.
fn label(pseudonyms: &Pseudonyms, name: &str) -> String {
    let (first, domain) = name.split_once('.').unwrap_or((name, ""));
    let digits = || pseudonyms.digits(Kind::Label, name.trim_end_matches('.').as_bytes());
    let stays = KEPT_ANYWHERE.contains(&first) || domain.is_empty() && KEPT_LAST.contains(&first) || first.is_empty();
    if stays || !domain.is_empty() && KEPT_FIRST.contains(&first) {
        return first.to_owned();
    }
    match KEPT_STARTS.iter().find(|start| first.starts_with(**start)) {
        Some(start) => format!("{start}-{}", digits()),
        None => format!("host-{}", digits()),
    }
}

/// The pseudonym of a URL, or of its path where it is only that. What is no URL is taken for a host's name.
pub(super) fn url_pseudonym(pseudonyms: &mut Pseudonyms, url: &str) -> String {
    if url.starts_with('/') {
        return path(pseudonyms, url);
    }
    let Some((scheme, rest)) = url.split_once("://") else { return pseudonym(pseudonyms, url) };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (place, path_and_query) = rest.split_at_checked(end).unwrap_or((rest, ""));
    // A user's name and pass word may stand before the host.
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    let scheme = SCHEMES.iter().find(|known| known.eq_ignore_ascii_case(scheme)).copied().unwrap_or("scheme");
    format!("{scheme}://{}{}", pseudonym(pseudonyms, host), path(pseudonyms, path_and_query))
}

/// The pseudonym of a URL's path, part by part; what follows it is left out.
fn path(pseudonyms: &Pseudonyms, path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts = path.split('/').map(|part| match part {
        part if KEPT_PARTS.contains(&part) => part.to_owned(),
        part => pseudonyms.name(&unescaped(part)),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A part of a path with its escapes undone, so that a file's pseudonym in a URL is that in a list of files.
fn unescaped(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()).filter(|_| *first == b'%');
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The address that a name of the reverse tree is about: `4.3.2.1.in-addr.arpa`, or 32 digits and `ip6.arpa` (RFC 3596).
fn reverse(name: &str) -> Option<IpAddr> {
    let lower = name.trim_end_matches('.').to_ascii_lowercase();
    if let Some(bytes) = lower.strip_suffix(".in-addr.arpa") {
        let turned: Vec<_> = bytes.rsplit('.').collect();
        return turned.join(".").parse::<Ipv4Addr>().ok().map(IpAddr::from);
    }
    let digits: String = lower.strip_suffix(".ip6.arpa")?.rsplit('.').collect();
    let bits = (digits.len() == 32).then(|| u128::from_str_radix(&digits, 16).ok())??;
    Some(Ipv6Addr::from(bits).into())
}

fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(v6) => {
            let digits = format!("{:032x}", v6.to_bits());
            digits.chars().rev().flat_map(|digit| [digit, '.']).chain("ip6.arpa".chars()).collect()
        }
    }
}

/// Labels that name a service or a part of a name's own grammar (RFC 6763, RFC 2782, RFC 3596).
const KEPT_ANYWHERE: [&str; 9] = ["_bittorrent", "_bittorrent-tracker", "_dns-sd", "_services", "_sub", "_tcp", "_udp", "in-addr", "ip6"];

/// Last labels that are no registry's.
const KEPT_LAST: [&str; 2] = ["arpa", "local"];

/// First labels that many hosts have, and that tell what a host is there for.
const KEPT_FIRST: [&str; 5] = ["announce", "dht", "router", "tracker", "www"];

/// Beginnings of labels that tell the same.
const KEPT_STARTS: [&str; 2] = ["announce", "tracker"];

/// Parts of a path that trackers are told by (BEP 48).
const KEPT_PARTS: [&str; 5] = ["announce", "announce.php", "scrape", "scrape.php", "file"];

const SCHEMES: [&str; 6] = ["http", "https", "udp", "ws", "wss", "ftp"];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> String {
        Pseudonyms::new(&[1; 32]).host(name)
    }

    /// The text with digits of pseudonyms as `…`.
    fn shape(text: &str) -> String {
        let mut rest = text;
        let mut shape = String::new();
        while let Some(at) = rest.find('-') {
            let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_hexdigit).count();
            shape += &rest[..=at];
            shape += if digits == 12 { "…" } else { "" };
            rest = &rest[at + 1 + if digits == 12 { 12 } else { 0 }..];
        }
        shape + rest
    }

    #[test]
    fn names_keep_their_domains() {
        let [one, other, elsewhere] = ["A.example.org", "b.example.org", "a.example.net"].map(of);
        assert_eq!(shape(&one), "host-….host-….host-…");
        let domain = |name: &str| name.split_once('.').unwrap().1.to_owned();
        assert_eq!(domain(&one), domain(&other));
        assert!(one != other && domain(&one) != domain(&elsewhere) && one.split('.').next() != elsewhere.split('.').next());
        assert_eq!(one, of("a.Example.ORG"));
    }

    #[test]
    fn what_tells_the_service_stays() {
        for (name, expected) in [
            ("router.bittorrent.com", "router.host-….host-…"),
            ("dht.example.org", "dht.host-….host-…"),
            ("tracker2.example", "tracker-….host-…"),
            ("mytracker.example", "host-….host-…"),
            ("tracker", "tracker-…"),
            ("router", "host-…"),
            ("_bittorrent._tcp.alice.example", "_bittorrent._tcp.host-….host-…"),
            ("alices laptop._bittorrent._tcp.local", "host-…._bittorrent._tcp.local"),
            ("_alice._tcp.local", "host-…._tcp.local"),
            ("tracker.example:6969", "tracker.host-…:6969"),
            ("", ""),
        ] {
            assert_eq!(shape(&of(name)), expected, "{name}");
        }
    }

    #[test]
    fn addresses_in_names_are_those_elsewhere() {
        let mut pseudonyms = Pseudonyms::new(&[1; 32]);
        let [v4, v6] = ["198.51.100.7", "2001:db8::7"].map(|address: &str| pseudonyms.address(address.parse().unwrap()).to_string());
        assert_eq!(of("198.51.100.7"), v4);
        assert_eq!(of("198.51.100.7:80"), format!("{v4}:80"));
        assert_eq!(of("[2001:db8::7]:80"), format!("[{v6}]:80"));
        let turned: Vec<_> = v4.rsplit('.').collect();
        assert_eq!(of("7.100.51.198.in-addr.arpa"), format!("{}.in-addr.arpa", turned.join(".")));
        let digits = "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
        assert_eq!(reverse(&of(digits)).unwrap().to_string(), v6);
        assert_eq!(reverse(digits).unwrap().to_string(), "2001:db8::7");
    }

    #[test]
    fn urls_keep_scheme_port_and_what_trackers_are_told_by() {
        let mut pseudonyms = Pseudonyms::new(&[1; 32]);
        for (url, expected) in [
            ("http://alice:word@tracker.example:6969/0f3c/announce?passkey=1", "http://tracker.host-…:6969/name-…/announce"),
            ("udp://tracker.example:80", "udp://tracker.host-…:80"),
            ("HTTPS://a.example?x", "https://host-….host-…"),
            ("alice://a/b", "scheme://host-…/name-…"),
            ("/alice/x.iso?y", "/name-…/name-….iso"),
            ("a.example", "host-….host-…"),
        ] {
            assert_eq!(shape(&pseudonyms.url(url)), expected, "{url}");
        }
    }
}
