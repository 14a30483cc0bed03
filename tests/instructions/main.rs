//! The hot pieces of the server. Valgrind counts how many instructions each takes, which is the same on a busy machine and
//! on an idle one; counts.txt has what it was, and scripts/test instructions compares.
//! Usage: instructions, for the names of all pieces; instructions PIECE, to have that one run once.

#![expect(clippy::unwrap_used, reason = "a test")]

mod pipeline;
mod recorded;
mod values;

use std::{env, process::ExitCode};

/// Pieces: what each is called, what it is given, and what it does with that, which alone is counted. What it gives
/// back is dropped uncounted.
macro_rules! pieces {
    ($($name:ident($given:ident: $type:ty = $setup:expr) -> $result:ty $body:block)*) => {
        $(
            #[inline(never)]
            fn $name($given: $type) -> $result {
                // Or pieces that do the same with different things would be made one.
                std::hint::black_box(stringify!($name));
                $body
            }
        )*

        pub const PIECES: &[(&str, fn())] = &[
            $((stringify!($name), || drop(std::hint::black_box($name(std::hint::black_box($setup)))))),*
        ];
    };
}
use pieces;

fn main() -> ExitCode {
    let pieces = || values::PIECES.iter().chain(pipeline::PIECES);
    let Some(wanted) = env::args().nth(1) else {
        for (name, _) in pieces() {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    };
    let Some((_, run)) = pieces().find(|(name, _)| *name == wanted) else {
        eprintln!("error: no piece is called {wanted}");
        return ExitCode::FAILURE;
    };
    run();
    ExitCode::SUCCESS
}
