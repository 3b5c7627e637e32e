//! The lines of what is said in lines: heads of HTTP (RFC 9112), local service discovery (BEP 14).

use crate::base::Excerpt;
use crate::base::part::{Part, Parts};

/// Whether bytes begin with a head of HTTP.
pub(super) fn is_head(payload: &[u8]) -> bool {
    let line = payload.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.starts_with(b"HTTP/1.") || line.windows(8).any(|word| word.starts_with(b" HTTP/1"))
}

/// A head, line by line, and what follows it.
pub(super) fn head(name: &'static str, payload: &[u8], base: usize) -> Part {
    let mut parts = Parts::new(payload, base);
    let mut first = None;
    while let Some(end) = parts.rest().iter().position(|byte| *byte == b'\n') {
        let line = parts.rest().get(..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let colon = line.iter().position(|byte| *byte == b':').filter(|_| first.is_some());
        let (name, value) = colon.and_then(|at| line.split_at_checked(at)).unwrap_or((b"", line));
        let value = Excerpt(value.strip_prefix(b":").unwrap_or(value).trim_ascii()).to_string();
        let name = match (first.is_some(), name) {
            (false, _) => "First line".to_owned(),
            (true, b"") => "Line".to_owned(),
            (true, name) => Excerpt(name).to_string(),
        };
        first.get_or_insert_with(|| value.clone());
        let is_last = line.is_empty();
        parts.bytes(if is_last { "End of the head".to_owned() } else { name }, end + 1, |_| value);
        if is_last {
            break;
        }
    }
    let left = parts.rest().len();
    if left > 0 {
        parts.bytes("Body, or the head's next part", left, |_| format!("{left} bytes"));
    }
    Part::new(name, first.unwrap_or_default(), base, base + payload.len()).of(parts.into_list())
}
