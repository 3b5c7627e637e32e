//! Any bytes as a capture: the report must be made, and be the same in any chunking.
#![no_main]

use libfuzzer_sys::fuzz_target;
use swarmscope::session::Session;

/// The report as JSON, and what was wrong with the file.
fn read(bytes: &[u8], length: usize) -> (String, Vec<&'static str>) {
    let mut session = Session::default();
    let file = session.add_file("fuzz", None);
    let mut errors = Vec::new();
    for chunk in bytes.chunks(length) {
        errors.extend(session.push(file, chunk).err());
    }
    errors.extend(session.end(file).err());
    session.finish();
    let report = serde_json::to_string(&session.report()).expect("a report is plain data");
    (report, errors.iter().map(|error| error.code()).collect())
}

fuzz_target!(|bytes: &[u8]| {
    let whole = read(bytes, usize::MAX);
    for length in [1, 7, 64] {
        assert_eq!(read(bytes, length), whole, "in chunks of {length}");
    }
});
