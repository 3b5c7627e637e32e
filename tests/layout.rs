//! The rules of `ARCHITECTURE.md` as tests: floors, sizes, names, documents, and who may know the outside world.
//!
//! Each rule is a plain function from sources to violations. [`tree`] holds every rule against the files of this repository;
//! [`planted`] gives each rule one file that breaks it and one that just does not, so that a rule cannot rot into saying
//! nothing. The rules read text, not syntax trees: comments and literals are blanked first, braces are matched, and that is
//! as far as it goes.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

/// A file: its path from the root of the repository, with `/`, and what it holds.
struct Source {
    path: String,
    text: String,
}

/// Rust files: code lines of the longest, and of the middle one, tests not counted.
const RUST_FILE: (usize, usize) = (600, 250);
/// JavaScript files: lines of the longest, and of the middle one.
const SCRIPT_FILE: (usize, usize) = (400, 120);
/// Functions: lines of the longest that is not a flat match, of nine in ten, and of the middle one.
const FUNCTION: (usize, usize, usize) = (80, 30, 8);
/// Names that say nothing about what a file holds, not even as a part.
const EMPTY_NAMES: [&str; 7] = ["util", "utils", "helper", "helpers", "common", "manager", "misc"];
/// Names that say something only together with another word.
const HALF_NAMES: [&str; 1] = ["types"];
/// The declarations of types for JavaScript, which are no more than that: the test that writes them, and what it writes.
const DECLARATIONS: [&str; 2] = ["crate/typescript.rs", "www/engine/types.d.ts"];
/// Paths and names that only some of the crate may write, and where: the rest has no I/O, no clock and no JavaScript.
const RESERVED: [(&str, &[&str]); 4] = [
    ("crate/bin/", &["std::fs", "std::io", "std::env", "std::process", "std::thread"]),
    ("crate/bin/", &["println!", "print!", "eprintln!", "eprint!", "dbg!"]),
    ("crate/bin/", &["SystemTime", "Instant"]),
    ("crate/wasm", &["js_sys", "web_sys", "wasm_bindgen", "serde_wasm_bindgen"]),
];

// ---------------------------------------------------------------------------------------------------------------- rules

/// A Rust file names modules of its own floor and of earlier ones only.
fn crate_floors(sources: &[Source]) -> Vec<String> {
    let files = || sources.iter().filter(|source| is_rust(source, "crate/") && source.path != "crate/lib.rs");
    let floors: BTreeSet<&str> = files().map(crate_floor).collect();
    let mut violations = Vec::new();
    for source in files() {
        let own = crate_floor(source);
        for path in paths(&code(&source.text)) {
            let inner = path.trim_start_matches("self::").trim_start_matches("super::").trim_start_matches("crate::");
            let named = inner.split("::").next().unwrap_or_default();
            let is_floor = inner.len() < path.len() && floors.contains(named);
            if is_floor && crate_rank(named) > crate_rank(own) {
                violations.push(format!("{}: `{path}` is on a later floor", source.path));
            }
        }
    }
    violations
}

/// A JavaScript file imports from its own folder and from earlier ones only; nothing imports an entry.
fn page_floors(sources: &[Source]) -> Vec<String> {
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| is_script(source, "www/")) {
        let own = page_floor(&source.path);
        for import in imports(&source.text) {
            let target = resolve(&source.path, &import);
            let later = match (own, page_floor(&target)) {
                // Files that come with it are no code.
                (_, _) if target.starts_with("data/") => false,
                (_, _) if !target.starts_with("www/") => true,
                (Some(own), Some(target)) => target > own,
                (Some(_), None) => true,
                (None, _) => false,
            };
            if later {
                violations.push(format!("{}: `{import}` is on a later floor", source.path));
            }
        }
    }
    violations
}

/// No Rust file is longer than it may be, and half of them are short.
fn rust_file_sizes(sources: &[Source]) -> Vec<String> {
    let files = sources.iter().filter(|source| is_rust(source, "crate/"));
    too_long("Rust files", RUST_FILE, files.map(|source| (source.path.clone(), without_tests(&source.text).lines().count())))
}

/// No JavaScript file is longer than it may be, and half of them are short.
fn script_file_sizes(sources: &[Source]) -> Vec<String> {
    let files = sources.iter().filter(|source| is_script(source, "www/"));
    too_long("JavaScript files", SCRIPT_FILE, files.map(|source| (source.path.clone(), source.text.lines().count())))
}

/// No Rust function is longer than it may be, unless it is a flat match, and most are short.
fn function_sizes(sources: &[Source]) -> Vec<String> {
    let files = sources.iter().filter(|source| is_rust(source, "crate/"));
    let functions: Vec<Function> = files.flat_map(functions).collect();
    let (longest, most, median) = FUNCTION;
    let mut violations: Vec<String> = functions
        .iter()
        .filter(|function| function.lines > longest && !function.flat_match)
        .map(|function| format!("{}: {} lines, more than {longest}", function.name, function.lines))
        .collect();
    let lines: Vec<usize> = functions.iter().map(|function| function.lines).collect();
    for (share, limit) in [(90, most), (50, median)] {
        let found = percentile(lines.clone(), share);
        if found > limit {
            violations.push(format!("functions: {share} % have up to {found} lines, more than {limit}"));
        }
    }
    violations
}

/// Every file begins by saying what it is.
fn file_docs(sources: &[Source]) -> Vec<String> {
    let starts = |source: &Source| match () {
        () if is_rust(source, "") => source.text.starts_with("//!"),
        () if is_script(source, "") => ["/**", "//"].iter().any(|start| source.text.starts_with(start)),
        () => true,
    };
    sources.iter().filter(|source| !starts(source)).map(|source| format!("{}: no doc comment at the start", source.path)).collect()
}

/// No file or folder has a name that would fit any content.
fn file_names(sources: &[Source]) -> Vec<String> {
    let empty = |path: &str| {
        path.split(['/', '.', '_', '-']).any(|word| EMPTY_NAMES.contains(&word))
            || path.split(['/', '.']).any(|name| HALF_NAMES.contains(&name))
    };
    sources
        .iter()
        .filter(|source| !DECLARATIONS.contains(&source.path.as_str()))
        .filter(|source| empty(&source.path.to_ascii_lowercase()))
        .map(|source| format!("{}: the name does not say what it holds", source.path))
        .collect()
}

/// A protocol's file, or the `mod.rs` of its folder, cites the document that defines it.
fn protocols_cite(sources: &[Source]) -> Vec<String> {
    let about_none = ["mod.rs", "recognize.rs"];
    let protocols = sources.iter().filter(|source| {
        let inner = source.path.strip_prefix("crate/protocol/").filter(|_| is_rust(source, ""));
        inner.is_some_and(|inner| if inner.contains('/') { inner.ends_with("/mod.rs") } else { !about_none.contains(&inner) })
    });
    let cites = |source: &Source| {
        let mut docs = source.text.lines().take_while(|line| line.starts_with("//!"));
        docs.any(|line| line.contains("BEP ") || line.contains("RFC "))
    };
    protocols.filter(|source| !cites(source)).map(|source| format!("{}: the docs cite no BEP or RFC", source.path)).collect()
}

/// A protocol's file that says which bytes are malformed has tests of that, and of messages that end too early; their names say so.
fn protocols_are_cut(sources: &[Source]) -> Vec<String> {
    let folders = ["crate/protocol/", "crate/flow/utp/"];
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| folders.iter().any(|folder| is_rust(source, folder))) {
        let (text, tests) = source.text.split_at(without_tests(&source.text).len());
        if !code(text).contains("Malformed>") {
            continue;
        }
        let names: Vec<_> = tests.split("#[test]").skip(1).filter_map(|test| test.split('(').next()).collect();
        for words in [&["malformed"][..], &["prefix", "cut"]] {
            if !names.iter().any(|name| words.iter().any(|word| name.contains(word))) {
                violations.push(format!("{}: no test is named after what is {}", source.path, words.join(" or ")));
            }
        }
    }
    violations
}

/// Every BEP that the crate cites is in the table of `ARCHITECTURE.md`.
fn cited_are_listed(sources: &[Source]) -> Vec<String> {
    let architecture = sources.iter().find(|source| source.path == "ARCHITECTURE.md");
    let rows = architecture.iter().flat_map(|source| source.text.lines()).filter(|line| line.starts_with('|'));
    let listed: BTreeSet<u32> = rows.flat_map(beps).collect();
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| is_rust(source, "crate/")) {
        for bep in beps(&source.text).difference(&listed) {
            violations.push(format!("{}: BEP {bep} is not in the table of ARCHITECTURE.md", source.path));
        }
    }
    violations
}

/// Only the floors that face the world know it.
fn reserved_names(sources: &[Source]) -> Vec<String> {
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| is_rust(source, "crate/") && !DECLARATIONS.contains(&source.path.as_str())) {
        let code = code(without_tests(&source.text));
        let paths = paths(&code);
        let words: BTreeSet<&str> = code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '!')).collect();
        for (home, names) in RESERVED.iter().filter(|(home, _)| !source.path.starts_with(home)) {
            let in_path = |name: &str| paths.iter().any(|path| path == name || path.starts_with(&format!("{name}::")));
            for name in names.iter().filter(|name| words.contains(**name) || in_path(name)) {
                violations.push(format!("{}: `{name}` belongs in {home}", source.path));
            }
        }
    }
    violations
}

// -------------------------------------------------------------------------------------------------------- reading sources

/// One function of a Rust file.
struct Function {
    name: String,
    /// Lines of its body that hold code: no blank ones, no comments.
    lines: usize,
    /// The body is one match whose arms do not nest.
    flat_match: bool,
}

/// Every function of a file, tests left out.
fn functions(source: &Source) -> Vec<Function> {
    let code = code(without_tests(&source.text));
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let (before, after) = code.split_at(at);
        let is_word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let body = after.find(['{', ';']).and_then(|start| block(&after[start..]));
        let name = after[3..].split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        if let (true, false, Some(body)) = (is_word, name.is_empty(), body) {
            let lines = body.lines().filter(|line| !line.trim().is_empty()).count();
            found.push(Function { name: format!("{}: {name}", source.path), lines, flat_match: is_flat_match(body) });
        }
    }
    found
}

/// What is between the brace that `code` begins with and its partner; `None` when it begins with another character.
fn block(code: &str) -> Option<&str> {
    let inside = code.strip_prefix('{')?;
    let mut depth = 1_usize;
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&inside[..at]);
        }
    }
    None
}

/// Whether a body is one match and nothing else, with arms that hold at most one block each.
fn is_flat_match(body: &str) -> bool {
    let body = body.trim();
    let Some(open) = body.find('{').filter(|_| body.starts_with("match ")) else { return false };
    let arms = block(&body[open..]).unwrap_or_default();
    let mut depth = 0_usize;
    let mut deepest = 0;
    for c in arms.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    open + arms.len() + 2 == body.len() && deepest <= 1
}

/// The text up to the test module, which stands last in a file.
fn without_tests(text: &str) -> &str {
    let is_gate = |at: usize| {
        let (gate, next) = text[at..].split_once('\n').unwrap_or_default();
        // Tests of one file may lend others what they tell their stories with.
        let module = next.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ");
        gate.contains("test") && module.starts_with("mod ")
    };
    let gate = text.match_indices("\n#[cfg(").map(|(at, _)| at + 1).find(|at| is_gate(*at));
    &text[..gate.unwrap_or(text.len())]
}

/// Rust code with comments and the insides of literals blanked; lines stay where they are.
fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (skipped, kept) = match first {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), 0),
            '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), 0),
            'r' if !out.ends_with(|c: char| c.is_alphanumeric() || c == '_') => (raw_string(rest), 1),
            '"' => (quoted(rest, '"'), 0),
            '\'' if is_character(rest) => (quoted(rest, '\''), 0),
            _ => (0, first.len_utf8()),
        };
        let (blank, after) = rest.split_at(skipped.max(kept));
        if skipped > 0 {
            out.extend(blank.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        } else {
            out.push_str(blank);
        }
        rest = after;
    }
    out
}

/// Length of the literal that `text` begins with, both quotes included.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

/// Length of the raw string that `text` begins with, 0 when it begins with none.
fn raw_string(text: &str) -> usize {
    let hashes = text[1..].chars().take_while(|c| *c == '#').count();
    if !text[1 + hashes..].starts_with('"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let inside = 2 + hashes;
    text[inside..].find(&close).map_or(text.len(), |end| inside + end + close.len())
}

/// Whether the quote that `text` begins with opens a character, not a lifetime.
fn is_character(text: &str) -> bool {
    let mut after = text.chars().skip(1);
    after.next() == Some('\\') || after.next() == Some('\'')
}

/// Every path of two or more names in Rust code; the groups of `use` are spelled out.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
        let name = &rest[start..];
        let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(name.len());
        let (path, after) = name.split_at(end);
        match block(after).filter(|_| path.ends_with("::")) {
            Some(group) => expand(path, group, &mut found),
            None if path.contains("::") => found.push(path.to_owned()),
            None => {}
        }
        rest = after;
    }
    found
}

/// The paths of a `use` group: `a::` and `b, c::{d, e}` are `a::b`, `a::c::d` and `a::c::e`.
fn expand(prefix: &str, group: &str, found: &mut Vec<String>) {
    let mut depth = 0_usize;
    let members = group.split(|c: char| {
        depth = if c == '{' { depth + 1 } else { depth.saturating_sub(usize::from(c == '}')) };
        c == ',' && depth == 0
    });
    for member in members.map(str::trim).filter(|member| !member.is_empty()) {
        match member.find('{') {
            Some(open) => {
                let inner = block(&member[open..]).unwrap_or_default();
                expand(&format!("{prefix}{}", &member[..open]), inner, found);
            }
            None => found.push(format!("{prefix}{member}")),
        }
    }
}

/// The relative specifiers that a JavaScript file imports, also those of `import("…")` in a type.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for keyword in ["from ", "from", "import ", "import(", "import (", "new URL("] {
        for (at, _) in text.match_indices(keyword) {
            let after = &text[at + keyword.len()..];
            let quote = after.chars().next().filter(|c| ['"', '\''].contains(c));
            let specifier = quote.and_then(|quote| after[1..].split(quote).next());
            found.extend(specifier.filter(|specifier| specifier.starts_with('.')).map(str::to_owned));
        }
    }
    found
}

/// The path that a relative specifier means in the file at `from`.
fn resolve(from: &str, specifier: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in specifier.split('?').next().unwrap_or_default().split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// The numbers of the BEPs that a text cites.
fn beps(text: &str) -> BTreeSet<u32> {
    let number = |after: &str| after.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
    text.match_indices("BEP ").filter_map(|(at, found)| number(&text[at + found.len()..])).collect()
}

/// Files over the limit, and the median when that is.
fn too_long(what: &str, (longest, median): (usize, usize), files: impl Iterator<Item = (String, usize)>) -> Vec<String> {
    let files: Vec<(String, usize)> = files.collect();
    let over = files.iter().filter(|(_, lines)| *lines > longest);
    let mut violations: Vec<String> = over.map(|(path, lines)| format!("{path}: {lines} lines, more than {longest}")).collect();
    let found = percentile(files.into_iter().map(|(_, lines)| lines).collect(), 50);
    if found > median {
        violations.push(format!("{what}: half have more than {median} lines (median {found})"));
    }
    violations
}

/// The smallest of `values` that `share` per cent do not exceed.
fn percentile(mut values: Vec<usize>, share: usize) -> usize {
    values.sort_unstable();
    values.get((values.len() * share).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default()
}

/// Whether the file is Rust code below `folder`.
fn is_rust(source: &Source, folder: &str) -> bool {
    source.path.starts_with(folder) && source.path.ends_with(".rs")
}

/// Whether the file is JavaScript below `folder`.
fn is_script(source: &Source, folder: &str) -> bool {
    source.path.starts_with(folder) && [".js", ".jsx", ".mjs"].iter().any(|end| source.path.ends_with(end))
}

/// A file's floor of the crate: its folder, or itself.
fn crate_floor(source: &Source) -> &str {
    let inner = source.path.trim_start_matches("crate/");
    inner.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Floors in order: folders by their names, then the session, then what faces the world or writes for it.
fn crate_rank(floor: &str) -> (usize, &str) {
    match floor {
        "session" => (1, ""),
        "wasm" | "bin" | "typescript" => (2, ""),
        folder => (0, folder),
    }
}

/// A file's floor of the page: its folder, none for an entry.
fn page_floor(path: &str) -> Option<&str> {
    path.trim_start_matches("www/").split_once('/').map(|(folder, _)| folder)
}

mod tree {
    //! The rules held against this repository.

    use std::fs;
    use std::path::Path;

    use super::*;

    /// Built, not written: no rule speaks of it.
    const GENERATED: [&str; 1] = ["www/engine/wasm"];

    fn read(root: &Path, path: &str, sources: &mut Vec<Source>) {
        let Ok(entries) = fs::read_dir(root.join(path)) else { return };
        for entry in entries.flatten() {
            let path = format!("{path}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() && !GENERATED.contains(&path.as_str()) {
                read(root, &path, sources);
            } else if let Ok(text) = fs::read_to_string(entry.path()) {
                sources.push(Source { path, text });
            }
        }
    }

    fn hold(rule: fn(&[Source]) -> Vec<String>) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut sources = Vec::new();
        for folder in ["crate", "www", "tests"] {
            read(root, folder, &mut sources);
        }
        let architecture = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap_or_default();
        sources.push(Source { path: "ARCHITECTURE.md".to_owned(), text: architecture });
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        assert!(["crate/", "www/"].iter().all(|half| sources.iter().any(|source| source.path.starts_with(half))), "both halves are seen");
        let violations = rule(&sources);
        assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
    }

    macro_rules! hold {
        ($($rule:ident)*) => { $(#[test] fn $rule() { hold(super::$rule); })* };
    }

    hold! {
        crate_floors page_floors rust_file_sizes script_file_sizes function_sizes
        file_docs file_names protocols_cite protocols_are_cut cited_are_listed reserved_names
    }
}

mod planted {
    //! The rules held against violations made for them.

    use super::*;

    /// Asserts that `rule` has `count` things to say of the planted files.
    fn says(count: usize, rule: fn(&[Source]) -> Vec<String>, planted: &[(&str, &str)]) {
        let sources = planted.iter().map(|(path, text)| Source { path: (*path).to_owned(), text: (*text).to_owned() });
        let violations = rule(&sources.collect::<Vec<_>>());
        assert_eq!(violations.len(), count, "{planted:.200?}: {violations:?}");
    }

    #[test]
    fn crate_floors() {
        let floors = [("crate/base/mod.rs", ""), ("crate/flow/mod.rs", ""), ("crate/report/mod.rs", ""), ("crate/session.rs", "")];
        for (count, path, text) in [
            (0, "crate/flow/tcp.rs", "use crate::base::Time; use crate::flow::Flow; use super::Flow;"),
            (0, "crate/flow/tcp.rs", "//! Feeds [`crate::report`].\nlet text = \"crate::report\"; // crate::report"),
            (1, "crate/flow/tcp.rs", "use crate::report::Report;"),
            (2, "crate/flow/tcp.rs", "use crate::{base::Time, report::{Report, Section}, flow};"),
            (1, "crate/flow/tcp.rs", "fn f(report: &crate::report::Report) {}"),
            (1, "crate/flow/mod.rs", "use super::session::Session;"),
            (1, "crate/base/time.rs", "use super::super::flow::Flow;"),
            (0, "crate/session.rs", "use crate::report::Report;"),
            (1, "crate/session.rs", "use crate::wasm::Session;"),
            (0, "crate/wasm.rs", "use crate::session::Session;"),
        ] {
            let mut planted = floors.to_vec();
            planted.extend([(path, text), ("crate/wasm.rs", "")]);
            says(count, super::crate_floors, &planted);
        }
    }

    #[test]
    fn page_floors() {
        for (count, path, text) in [
            (0, "www/engine/client.js", "import { store } from \"../base/store.js\"; import x from \"preact\"; import \"./words.js\""),
            (1, "www/engine/client.js", "import { actions } from \"../state/actions.js\""),
            (1, "www/base/store.js", "/** @typedef {import('../engine/types').Digest} Digest */"),
            (1, "www/engine/client.js", "import { start } from \"../main.js\""),
            (1, "www/views/init.js", "import { check } from \"../../tests/support.js\""),
            (0, "www/main.js", "fetch(new URL('../data/country.mmdb', import.meta.url))"),
            (0, "www/main.js", "import { app } from \"./views/index.jsx\"; import Code from \"./worker.js?worker&inline\""),
        ] {
            says(count, super::page_floors, &[(path, text)]);
        }
    }

    #[test]
    fn rust_file_sizes() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "    // a test\n".repeat(900));
        let short = [("crate/a.rs", ""), ("crate/b.rs", "")];
        for (count, lines) in [(0, 600), (1, 601)] {
            let text = "let x = 1;\n".repeat(lines) + &tests;
            says(count, super::rust_file_sizes, &[short[0], short[1], ("crate/long.rs", &text)]);
        }
        says(1, super::rust_file_sizes, &[("crate/a.rs", &"\n".repeat(251))]);
    }

    #[test]
    fn script_file_sizes() {
        let short = [("www/a.js", ""), ("www/b.jsx", "")];
        for (count, lines) in [(0, 400), (1, 401)] {
            says(count, super::script_file_sizes, &[short[0], short[1], ("www/views/long.jsx", &"x()\n".repeat(lines))]);
        }
        says(1, super::script_file_sizes, &[("www/a.js", &"\n".repeat(121))]);
    }

    #[test]
    fn function_sizes() {
        let short = "fn short() { 1 }\n".repeat(20);
        let long = |body: String| format!("{short}pub fn long() {{\n{body}}}\n");
        let arms = |count| format!("match x {{\n{}}}\n", "A { b } => 'b', // {\n".repeat(count));
        says(0, super::function_sizes, &[("crate/a.rs", &long("x();\n".repeat(80) + &"\n// why\n".repeat(9)))]);
        says(1, super::function_sizes, &[("crate/a.rs", &long("x();\n".repeat(81)))]);
        says(0, super::function_sizes, &[("crate/a.rs", &long(arms(200)))]);
        says(1, super::function_sizes, &[("crate/a.rs", &long(arms(200) + "after()\n"))]);
        says(1, super::function_sizes, &[("crate/a.rs", &"fn f() {\n1;\n1;\n1;\n1;\n1;\n1;\n1;\n1;\n1;\n}\n".repeat(5))]);
        let some = format!("{short}{}", format!("fn f() {{\n{}}}\n", "1;\n".repeat(31)).repeat(4));
        says(1, super::function_sizes, &[("crate/a.rs", &some)]);
    }

    #[test]
    fn file_docs() {
        says(0, super::file_docs, &[("crate/a.rs", "//! What."), ("www/a.js", "/** What. */"), ("www/b.jsx", "// What.")]);
        says(1, super::file_docs, &[("crate/a.rs", "use x::y;\n//! What.")]);
        says(1, super::file_docs, &[("tests/www/a.js", "import \"x\";\n/** What. */")]);
    }

    #[test]
    fn file_names() {
        says(0, super::file_names, &[("crate/base/time.rs", ""), ("www/engine/types.d.ts", ""), ("www/base/commonplace.js", "")]);
        says(0, super::file_names, &[("www/base/trusted_types.js", "")]);
        for path in
            ["crate/base/utils.rs", "crate/flow/types.rs", "www/helpers/time.js", "www/state/file-manager.js", "crate/flow/tcp_common.rs"]
        {
            says(1, super::file_names, &[(path, "")]);
        }
    }

    #[test]
    fn protocols_cite() {
        says(0, super::protocols_cite, &[("crate/protocol/dht.rs", "//! The DHT (BEP 5)."), ("crate/protocol/mod.rs", "//! Floor 5.")]);
        says(
            0,
            super::protocols_cite,
            &[("crate/protocol/utp/mod.rs", "//! uTP (BEP 29)."), ("crate/protocol/utp/state.rs", "//! State.")],
        );
        says(1, super::protocols_cite, &[("crate/protocol/dht.rs", "//! The DHT.\n\n// BEP 5\n")]);
        says(1, super::protocols_cite, &[("crate/protocol/utp/mod.rs", "//! uTP."), ("crate/protocol/utp/state.rs", "//! BEP 29.")]);
    }

    #[test]
    fn protocols_are_cut() {
        let file = |tests: &str| format!("fn parse() -> Result<u8, Malformed> {{}}\n#[cfg(test)]\nmod tests {{{tests}}}");
        let test = |name: &str| format!("#[test]\nfn {name}() {{}}\n");
        let says = |count, tests: &str| says(count, super::protocols_are_cut, &[("crate/protocol/dht.rs", &file(tests))]);
        says(0, &[test("malformed_queries"), test("a_query_cut_anywhere")].concat());
        says(0, &test("every_prefix_is_malformed"));
        says(1, &test("malformed_queries"));
        says(2, "fn malformed_prefix() {}");
        self::says(
            0,
            super::protocols_are_cut,
            &[("crate/base/reader.rs", &file("")), ("crate/protocol/utp.rs", "//! Malformed> is said.")],
        );
    }

    #[test]
    fn cited_are_listed() {
        let table = ("ARCHITECTURE.md", "BEP 6 is for later.\n| [BEP 5](https://bittorrent.org) | DHT |\n| BEP 52 | v2 |\n");
        says(0, super::cited_are_listed, &[table, ("crate/a.rs", "//! BEP 5, then BEP 52.")]);
        says(2, super::cited_are_listed, &[table, ("crate/a.rs", "//! BEP 5, then BEP 6.\n// BEP 55")]);
    }

    #[test]
    fn reserved_names() {
        for (count, path, text) in [
            (0, "crate/bin/swarmscope.rs", "use std::{fs, io}; use std::time::Instant; println!(\"{}\", 1);"),
            (0, "crate/wasm.rs", "use wasm_bindgen::prelude::*;"),
            (0, "crate/wasm/listing.rs", "use wasm_bindgen::prelude::*;"),
            (0, "crate/base/time.rs", "/// An Instant, without std::fs.\nuse std::fmt;\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n"),
            (1, "crate/base/time.rs", "use std::time::{Duration, Instant};"),
            (1, "crate/base/time.rs", "let now = std::time::SystemTime::now();"),
            (2, "crate/session.rs", "use std::{fmt, fs::File, io};"),
            (1, "crate/report/mod.rs", "let file = std::fs::read(path);"),
            (1, "crate/report/mod.rs", "eprintln!(\"{report:?}\");"),
            (1, "crate/session.rs", "let value: wasm_bindgen::JsValue = x;"),
            (1, "crate/bin/swarmscope.rs", "use js_sys::Uint8Array;"),
        ] {
            says(count, super::reserved_names, &[(path, text)]);
        }
    }

    #[test]
    fn literals_and_comments_are_no_code() {
        for (text, blanked) in [
            ("a // b\nc", "a     \nc"),
            ("f('{', \"}\\\"{\", b'\\'')", "f(   ,       , b    )"),
            ("r#\"{\"# + r\"}\" + for_", "       +      + for_"),
            ("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}"),
            ("/* {\n */ x", "    \n    x"),
        ] {
            assert_eq!(code(text), blanked);
        }
    }
}
