//! How many instructions the hot pieces of the server take. A count is the same on a busy machine and on an idle one;
//! counts.txt has what it was, and scripts/test instructions compares.

#![expect(clippy::unwrap_used, reason = "a test")]

mod pipeline;
mod recorded;
mod values;

use gungraun::{Callgrind, LibraryBenchmarkConfig, main};

use self::{pipeline::requests, values::answers};

main!(
    // As deployed. Nobody connects to that database.
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"])).envs([
        ("APP_ENV", "PROD"),
        ("DATABASE_URL", "postgresql://casefile_api@localhost/casefile"),
        ("DOCUMENT_STORE_URL", concat!("file://", env!("CARGO_TARGET_TMPDIR"))),
        // Or each byte that is moved in a large piece counts as one instruction, and hides all others.
        ("GLIBC_TUNABLES", "glibc.cpu.x86_rep_movsb_threshold=1000000000"),
    ]),
    library_benchmark_groups = [answers, requests]
);
