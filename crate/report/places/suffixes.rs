//! Names reduced to what somebody registered: `host-9.pool.example.co.uk` → `example.co.uk`.
//!
//! In: the Public Suffix List (<https://publicsuffix.org/list/>), a rule a line: a suffix, `*.suffix` for every label below it, `!name` for an
//! exception. Only the part of registries is read: names below a provider's own suffix (`compute.amazonaws.com`) are to count as that
//! provider's. Labels that are not ASCII are read in the form in which they stand in DNS (Punycode, RFC 3492).

use crate::base::{Limits, Map};

/// The list.
#[derive(Debug, Default)]
pub struct Suffixes {
    rules: Map<Box<str>, Rules>,
}

/// What the list says of one name.
#[derive(Clone, Copy, Debug, Default)]
struct Rules {
    suffix: bool,
    wildcard: bool,
    exception: bool,
}

impl Suffixes {
    /// Reads a list; lines beyond the cap are left out.
    pub fn of(list: &str, limits: &Limits) -> Self {
        let mut rules: Map<Box<str>, Rules> = Map::default();
        let lines = list.lines().take_while(|line| !line.starts_with(END));
        for rule in lines.filter(|line| !line.starts_with("//")).filter_map(|line| line.split_whitespace().next()) {
            if rules.len() >= limits.suffixes {
                break;
            }
            match (rule.strip_prefix("*."), rule.strip_prefix('!')) {
                (Some(name), _) => rules.entry(in_dns(name)).or_default().wildcard = true,
                (_, Some(name)) => rules.entry(in_dns(name)).or_default().exception = true,
                _ => rules.entry(in_dns(rule)).or_default().suffix = true,
            }
        }
        Suffixes { rules }
    }

    /// Whether there is a list.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The part of a name, in lower case, that somebody registered; `None` where there is none, or no name.
    pub fn registrable<'a>(&self, name: &'a str) -> Option<&'a str> {
        let name = name.strip_suffix('.').unwrap_or(name);
        let is_name = name.split('.').all(|label| !label.is_empty()) && !name.ends_with(|end: char| end.is_ascii_digit());
        if !is_name || self.is_empty() {
            return None;
        }
        // Every part of the name that begins at a label, the longest first.
        let begins = || std::iter::once(0).chain(name.match_indices('.').map(|(dot, _)| dot + 1));
        let mut above = None;
        for start in begins() {
            let part = name.get(start..)?;
            let rules = self.rules.get(part).copied().unwrap_or_default();
            if rules.exception {
                return Some(part);
            }
            let parent = part.split_once('.').and_then(|(_, parent)| self.rules.get(parent));
            if rules.suffix || parent.is_some_and(|parent| parent.wildcard) {
                return above;
            }
            above = Some(part);
        }
        // No rule: the last label is the suffix.
        let labels = name.rmatch_indices('.').nth(1).map_or(0, |(dot, _)| dot + 1);
        name.get(labels..).filter(|rest| rest.contains('.'))
    }
}

/// A name as it stands in DNS.
fn in_dns(name: &str) -> Box<str> {
    let labels = name.to_lowercase();
    let labels = labels.split('.').map(|label| if label.is_ascii() { label.to_owned() } else { format!("xn--{}", punycode(label)) });
    labels.collect::<Vec<_>>().join(".").into()
}

/// A label in Punycode (RFC 3492, section 6.3), without `xn--`.
fn punycode(label: &str) -> String {
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let (basic, length) = (out.len(), label.chars().count());
    if basic > 0 {
        out.push('-');
    }
    let (mut done, mut lowest, mut delta, mut bias) = (basic, FIRST_CODE, 0_u32, FIRST_BIAS);
    while done < length {
        let Some(next) = label.chars().map(u32::from).filter(|code| *code >= lowest).min() else { break };
        let handled = u32::try_from(done + 1).unwrap_or(u32::MAX);
        delta = delta.saturating_add((next - lowest).saturating_mul(handled));
        for code in label.chars().map(u32::from) {
            if code < next {
                delta = delta.saturating_add(1);
            } else if code == next {
                number(delta, bias, &mut out);
                done += 1;
                bias = adapted(delta, u32::try_from(done).unwrap_or(u32::MAX), done == basic + 1);
                delta = 0;
            }
        }
        (delta, lowest) = (delta.saturating_add(1), next + 1);
    }
    out
}

/// A number in digits whose weights depend on `bias`.
fn number(mut value: u32, bias: u32, out: &mut String) {
    let digit =
        |value: u32| u8::try_from(value).ok().and_then(|value| DIGITS.get(usize::from(value))).map_or('?', |digit| char::from(*digit));
    for step in 1.. {
        let threshold = (step * BASE).saturating_sub(bias).clamp(1, 26);
        if value < threshold {
            break;
        }
        out.push(digit(threshold + (value - threshold) % (BASE - threshold)));
        value = (value - threshold) / (BASE - threshold);
    }
    out.push(digit(value));
}

/// The bias after a number.
fn adapted(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = delta / if first { 700 } else { 2 };
    delta += delta / count;
    let mut bias = 0;
    while delta > (BASE - 1) * 26 / 2 {
        delta /= BASE - 1;
        bias += BASE;
    }
    bias + BASE * delta / (delta + 38)
}

const END: &str = "// ===END ICANN DOMAINS===";
const FIRST_CODE: u32 = 128;
const FIRST_BIAS: u32 = 72;
const BASE: u32 = 36;
const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "// comment\n\ncom\nuk\nco.uk // more\n*.ck\n!www.ck\njp\n*.kobe.jp\n!city.kobe.jp\nCN\n公司.cn\nрф\n\
        // ===END ICANN DOMAINS===\nblogspot.com\n";

    fn list() -> Suffixes {
        Suffixes::of(LIST, &Limits::default())
    }

    #[test]
    fn names_and_what_was_registered() {
        for (name, registrable) in [
            ("com", None),
            ("example.com", Some("example.com")),
            ("a.b.example.com", Some("example.com")),
            ("a.example.com.", Some("example.com")),
            ("me.blogspot.com", Some("blogspot.com")),
            ("co.uk", None),
            ("bt.co.uk", Some("bt.co.uk")),
            ("host-9.pool.bt.co.uk", Some("bt.co.uk")),
            ("ck", None),
            ("test.ck", None),
            ("b.test.ck", Some("b.test.ck")),
            ("a.b.test.ck", Some("b.test.ck")),
            ("www.ck", Some("www.ck")),
            ("www.www.ck", Some("www.ck")),
            ("c.kobe.jp", None),
            ("b.c.kobe.jp", Some("b.c.kobe.jp")),
            ("a.city.kobe.jp", Some("city.kobe.jp")),
            ("a.xn--55qx5d.cn", Some("a.xn--55qx5d.cn")),
            ("a.b.xn--p1ai", Some("b.xn--p1ai")),
            ("local", None),
            ("b.unlisted", Some("b.unlisted")),
            ("a.b.unlisted", Some("b.unlisted")),
            ("", None),
            (".com", None),
            ("a..com", None),
            ("192.0.2.1", None),
        ] {
            assert_eq!(list().registrable(name), registrable, "{name}");
        }
        assert_eq!(Suffixes::default().registrable("a.example.com"), None, "without a list nothing is told");
    }

    #[test]
    fn labels_in_punycode() {
        for (label, code) in [
            ("bücher", "bcher-kva"),
            ("公司", "55qx5d"),
            ("рф", "p1ai"),
            ("السعودية", "mgberp4a5d4ar"),
            ("møre-og-romsdal", "mre-og-romsdal-qqb"),
        ] {
            assert_eq!(punycode(label), code, "{label}");
        }
    }

    #[test]
    fn a_list_has_a_cap() {
        let suffixes = Suffixes::of(LIST, &Limits { suffixes: 1, ..Limits::default() });
        assert_eq!(suffixes.rules.len(), 1);
    }
}
