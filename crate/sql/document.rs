//! The schema as a page for people, made from its comments.

use std::fmt::Write;

use super::{SCHEMA, VERSION};

/// The page, as Markdown.
pub fn document() -> String {
    let mut out = format!(
        "# The database\n\nMade from [`crate/sql/schema.sql`](../crate/sql/schema.sql) by `UPDATE_GOLDEN=1 cargo test --test database`. \
         Changes by hand do not last.\n\nVersion {VERSION} of the schema.\n"
    );
    // Writing to a String cannot fail.
    let mut said = Vec::new();
    let mut lines = SCHEMA.lines().skip(1);
    while let Some(line) = lines.next() {
        match line.strip_prefix("--") {
            Some("") => said.push("\n\n"),
            Some(words) => said.push(words.trim()),
            None if line.starts_with("CREATE TABLE") || line.starts_with("CREATE VIEW") => {
                let kind = if line.starts_with("CREATE TABLE") { "Table" } else { "View" };
                let name = line.split_whitespace().nth(2).unwrap_or_default();
                let _ = write!(out, "\n## {kind} `{name}`\n\n{}\n\n| column | meaning |\n| --- | --- |\n", paragraphs(&said));
                said.clear();
                lines.by_ref().take_while(|line| !line.is_empty() && !line.starts_with(") ")).for_each(|line| column(&mut out, line));
            }
            None if line.is_empty() && !said.is_empty() => {
                let _ = write!(out, "\n{}\n", paragraphs(&said));
                said.clear();
            }
            None => {}
        }
    }
    out
}

/// Lines as text, in paragraphs.
fn paragraphs(lines: &[&str]) -> String {
    lines.join(" ").replace(" \n\n ", "\n\n").trim().to_owned()
}

/// The row of a column: its name, its type and constraints, and what it means. Other lines have no comment.
fn column(out: &mut String, line: &str) {
    let Some((code, meaning)) = line.split_once(" -- ") else { return };
    let code = code.trim().trim_end_matches(',');
    // A view's column is called by what stands last: `a.b AS c`, `a.b`.
    let (name, rest) = match code.rsplit_once(" AS ") {
        Some((_, name)) => (name, ""),
        None => code.split_once(' ').unwrap_or((code, "")),
    };
    let name = name.rsplit('.').next().unwrap_or(name);
    let kind = rest.to_lowercase();
    let kind = if kind.is_empty() { kind } else { format!(" ({kind})") };
    let meaning = meaning.replace('|', "\\|");
    let _ = writeln!(out, "| `{name}`{kind} | {meaning} |");
}
