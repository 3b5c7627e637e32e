//! A frame as text: its layers, its bytes, its events, and how Wireshark shows it.

use std::fmt::Write;

use super::FrameView;
use crate::base::part::Part;
use crate::report::events::written::Format;

/// The whole of it.
pub fn text(view: &FrameView) -> String {
    let mut text = String::new();
    let FrameView { number, number_in_file, file, offset, seconds, link_type, captured, original, .. } = view;
    let _ = writeln!(text, "Frame {number}: {captured} of {original} bytes, {link_type}, {seconds:.6} s after the first");
    let _ = writeln!(text, "File: {}, frame {number_in_file}, at byte {offset}", crate::base::Excerpt(file.as_bytes()));
    for note in &view.notes {
        let frame = note.frame.map(|frame| format!(" {frame}.")).unwrap_or_default();
        let _ = writeln!(text, "Note: {}{frame}", note.text);
    }
    text.push('\n');
    view.layers.iter().for_each(|layer| tree(&mut text, layer, 0));
    text.push('\n');
    hex_dump(&mut text, &view.bytes);
    if view.left_out > 0 {
        let _ = writeln!(text, "{} bytes more", view.left_out);
    }
    text.push('\n');
    for row in &view.events {
        let _ = writeln!(text, "Event: {}", Format::Text.line(row));
    }
    let _ = writeln!(text, "Wireshark: {}\nTShark: {}", view.filter, view.command);
    text
}

fn tree(text: &mut String, part: &Part, depth: usize) {
    let Part { name, value, start, end, parts } = part;
    let colon = if value.is_empty() { "" } else { ": " };
    let _ = writeln!(text, "{:indent$}{name}{colon}{value}  [{start}..{end}]", "", indent = depth * 2);
    parts.iter().for_each(|part| tree(text, part, depth + 1));
}

/// Sixteen bytes a line, as hex digits and as ASCII.
fn hex_dump(text: &mut String, digits: &str) {
    let (pairs, _) = digits.as_bytes().as_chunks::<2>();
    for (line, pairs) in pairs.chunks(16).enumerate() {
        let byte = |pair: &[u8; 2]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0);
        let hex: Vec<&str> = pairs.iter().filter_map(|pair| std::str::from_utf8(pair).ok()).collect();
        let letters: String =
            pairs.iter().map(byte).map(|byte| if byte.is_ascii_graphic() || byte == b' ' { char::from(byte) } else { '.' }).collect();
        let _ = writeln!(text, "{:06x}  {:<47}  {letters}", line * 16, hex.join(" "));
    }
}
