//! The standard output of commands.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
    process,
};

/// The status after a SIGPIPE.
const NOBODY_READS: i32 = 141;
const CANNOT: i32 = 2;

/// Prints a line, with its end. If the reader has closed the pipe, as `| head` does, the command ends quietly.
pub fn say(line: impl Display) {
    let mut output = io::stdout().lock();
    match writeln!(output, "{}", line.to_string().trim_end_matches('\n')).and_then(|()| output.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(NOBODY_READS),
        Err(error) => {
            eprintln!("casefile: cannot write to standard output: {error}.");
            process::exit(CANNOT);
        }
    }
}
