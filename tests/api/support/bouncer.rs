//! PgBouncer in transaction mode before the database: see scripts/lib/pgbouncer.sh.

use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use super::{server::free_port, stage::unique, workshop::until};

pub struct Bouncer {
    folder: PathBuf,
    port: u16,
    process: Child,
}

impl Bouncer {
    /// With at most so many connections to the database of that URL; only its login may connect.
    pub fn start(database_url: &str, connections: u32) -> Self {
        let name = format!("{}-{}", unique("pgbouncer"), std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let port = free_port();
        let process = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/lib/pgbouncer.sh"))
            .arg(&folder)
            .args([port.to_string(), connections.to_string()])
            .env("DATABASE_URL", database_url)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        until("PgBouncer answers", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Self { folder, port, process }
    }

    /// The way to a database through it.
    pub fn url(&self, database_url: &str) -> String {
        let (before, database) = database_url.rsplit_once('/').unwrap();
        let (before, _) = before.rsplit_once(':').unwrap();
        format!("{before}:{}/{database}", self.port)
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
