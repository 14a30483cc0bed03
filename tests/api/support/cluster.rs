//! A PostgreSQL for a single test, made and run by scripts/db.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use postgres::{Client, Config, NoTls};

use super::{database::scripts_db, server::documents_of};

pub struct Cluster {
    state: PathBuf,
    settings: Vec<(&'static str, String)>,
}

impl Cluster {
    /// Durable, migrated, running.
    pub fn new() -> Self {
        let cluster = Self::with(&[("CASEFILE_FSYNC", "on")]);
        cluster.db(&["migrate"]);
        cluster
    }

    /// Empty, with settings of scripts/db.
    pub fn with(settings: &[(&'static str, &str)]) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("cluster-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let cluster = Self {
            state: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name),
            settings: settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        };
        cluster.db(&["start"]);
        // An earlier run may have had a cluster at the same port.
        let _ = fs::remove_dir_all(documents_of(&cluster.url()));
        cluster
    }

    pub fn db(&self, arguments: &[&str]) -> String {
        let mut environment = vec![("CASEFILE_STATE", self.state.to_str().unwrap())];
        environment.extend(self.settings.iter().map(|(name, value)| (*name, value.as_str())));
        scripts_db(arguments, &environment)
    }

    /// Of the server's login.
    pub fn url(&self) -> String {
        self.url_of("casefile_api")
    }

    pub fn url_of(&self, login: &str) -> String {
        self.db(&["url", login])
    }

    /// Looks into the database, past every policy.
    pub fn superuser(&self) -> Client {
        self.url_of("postgres").parse::<Config>().unwrap().connect(NoTls).unwrap()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.state.join("postgres/log")).unwrap()
    }

    /// The postmaster and its children.
    pub fn processes(&self) -> Vec<u32> {
        let data = fs::canonicalize(self.state.join("postgres/data")).unwrap();
        let processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
        let of_cluster =
            processes.filter(|path| fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd == data));
        of_cluster.filter_map(|path| path.file_name()?.to_str()?.parse().ok()).collect()
    }

    /// As if the power went off.
    pub fn kill(&self) {
        let file = fs::read_to_string(self.state.join("postgres/data/postmaster.pid")).unwrap();
        let killed = Command::new("kill").args(["-KILL", file.lines().next().unwrap()]).status();
        assert!(killed.unwrap().success());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = std::panic::catch_unwind(|| self.db(&["stop"]));
        let _ = fs::remove_dir_all(&self.state);
    }
}
