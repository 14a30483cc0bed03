//! A standby of a test's own cluster: see scripts/lib/standby.sh.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use postgres::{Client, Config, NoTls};

use super::{cluster::Cluster, server::free_port, stage::unique, workshop::until};

pub struct Standby {
    /// Its name to its primary.
    pub name: String,
    folder: PathBuf,
    superuser: String,
    login: String,
    process: Child,
}

impl Standby {
    /// Of the cluster as it is now; it follows all that comes.
    pub fn of(cluster: &Cluster) -> Self {
        let name = unique("standby").replace('-', "_");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let port = free_port();
        let process = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/lib/standby.sh"))
            .arg(&folder)
            .args([&port.to_string(), &name])
            .env("DATABASE_URL", cluster.url_of("postgres"))
            .env("CASEFILE_FSYNC", "off")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let [superuser, login] =
            ["postgres", "casefile_api"].map(|login| with_port(&cluster.url_of(login), port));
        let standby = Self { name, folder, superuser, login, process };
        until("the standby answers", || standby.try_superuser().is_some());
        standby
    }

    /// Of the server's login.
    pub fn url(&self) -> &str {
        &self.login
    }

    /// Looks into the database, past every policy.
    pub fn superuser(&self) -> Client {
        self.try_superuser().unwrap()
    }

    fn try_superuser(&self) -> Option<Client> {
        self.superuser.parse::<Config>().unwrap().connect(NoTls).ok()
    }

    /// Promotes it, whatever the old primary does.
    pub fn promote(&self) {
        self.superuser().execute("select pg_promote()", &[]).unwrap();
    }

    pub fn stop(&mut self) {
        let _ = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        self.stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn with_port(url: &str, port: u16) -> String {
    let (before, rest) = url.rsplit_once('/').unwrap();
    let (before, _) = before.rsplit_once(':').unwrap();
    format!("{before}:{port}/{rest}")
}

/// One URL for several servers, which share database and login.
pub fn url_of_hosts(urls: &[&str]) -> String {
    let place = |url: &str| {
        let (_, rest) = url.split_once('@').unwrap();
        rest.split_once('/').unwrap().0.to_owned()
    };
    let places: Vec<_> = urls.iter().map(|url| place(url)).collect();
    urls[0].replacen(&place(urls[0]), &places.join(","), 1)
}
