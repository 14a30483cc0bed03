//! Processes that are there and do nothing.

use std::process::Command;

/// They go on when it goes.
pub struct Hang(Vec<String>);

impl Hang {
    pub fn of(processes: impl IntoIterator<Item = u32>) -> Self {
        let hang = Self(processes.into_iter().map(|process| process.to_string()).collect());
        assert!(!hang.0.is_empty(), "nothing hangs");
        hang.send_signal("STOP");
        hang
    }

    fn send_signal(&self, name: &str) {
        // Some may have ended meanwhile.
        let _ = Command::new("kill").arg(format!("-{name}")).args(&self.0).output();
    }
}

impl Drop for Hang {
    fn drop(&mut self) {
        self.send_signal("CONT");
    }
}
