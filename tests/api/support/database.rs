//! A database of its own for each server: a clone of the migrated template.

use std::{
    env, fs,
    path::Path,
    process::Command,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use postgres::{Client, Config, NoTls};

use super::server::documents_of;

/// Cloning wants the template for itself.
static CLONING: Mutex<()> = Mutex::new(());
static MADE: AtomicU32 = AtomicU32::new(0);

pub struct Database {
    pub name: String,
    superuser: Mutex<Client>,
    /// The server's `DATABASE_URL`.
    pub url: String,
}

impl Database {
    pub fn new() -> Self {
        let cluster = Cluster::of_this_run();
        let name = next_name();
        let mut administrator = connect(&cluster.superuser, Some("postgres"));
        let clone = format!("create database {name} template {}", cluster.template);
        {
            let _alone = CLONING.lock().unwrap_or_else(PoisonError::into_inner);
            let mut tries = 0;
            while let Err(error) = administrator.batch_execute(&clone) {
                tries += 1;
                assert!(tries < 100, "the template {} cannot be cloned: {error}", cluster.template);
                thread::sleep(Duration::from_millis(100));
            }
        }
        // A clone has the tables' grants, but not the database's own: see db/roles.sql.
        administrator
            .batch_execute(&format!(
                "revoke all on database {name} from public; grant connect on database {name} to casefile_api"
            ))
            .unwrap();
        Self {
            superuser: Mutex::new(connect(&cluster.superuser, Some(&name))),
            url: with_database(&cluster.server, &name),
            name,
        }
    }

    /// With nothing in it; its URL is the migrator's.
    pub fn empty() -> Self {
        let cluster = Cluster::of_this_run();
        let name = next_name();
        let create = format!("create database {name} template template0");
        connect(&cluster.superuser, Some("postgres")).batch_execute(&create).unwrap();
        let superuser = Mutex::new(connect(&cluster.superuser, Some(&name)));
        Self { superuser, url: String::new(), name }.for_migrations()
    }

    /// With the migrator's URL, and what db/roles.sql grants to the migrator in a database.
    pub fn for_migrations(mut self) -> Self {
        self.execute(&format!(
            "grant connect, create on database {} to casefile_owner;
             grant connect on database {} to casefile_migrator;
             grant usage, create on schema public to casefile_owner",
            self.name, self.name
        ));
        self.url = with_database(&scripts_db(&["url", "casefile_migrator"], &[]), &self.name);
        self
    }

    /// Looks into the database, past every policy.
    pub fn superuser(&self) -> MutexGuard<'_, Client> {
        self.superuser.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another session of it, for a transaction that others meet.
    pub fn superuser_of_its_own(&self) -> Client {
        connect(&Cluster::of_this_run().superuser, Some(&self.name))
    }

    /// A session by the server's login.
    pub fn as_login(&self) -> Client {
        connect(&self.url, None)
    }

    /// A connection of its own for an administrator's work.
    pub fn as_superuser(&self) -> Client {
        connect(&Cluster::of_this_run().superuser, Some(&self.name))
    }

    pub fn execute(&self, sql: &str) {
        self.superuser().batch_execute(sql).unwrap();
    }

    /// The single number that a query counts.
    pub fn count(&self, sql: &str, parameters: &[&(dyn postgres::types::ToSql + Sync)]) -> i64 {
        self.superuser().query_one(sql, parameters).unwrap().get(0)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(documents_of(&self.url));
        let mut administrator = connect(&Cluster::of_this_run().superuser, Some("postgres"));
        // PostgreSQL 12 has no "with (force)".
        let end =
            format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}'", self.name);
        for _ in 0..50 {
            let _ = administrator.batch_execute(&end);
            if administrator.batch_execute(&format!("drop database if exists {}", self.name)).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

fn next_name() -> String {
    format!("api_test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}

struct Cluster {
    superuser: String,
    server: String,
    template: String,
}

impl Cluster {
    fn of_this_run() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(|| {
            let superuser = env::var("CASEFILE_TEST_URL").expect(
                "CASEFILE_TEST_URL names no cluster to test against: run scripts/test, which makes one",
            );
            let config: Config = superuser.parse().expect("CASEFILE_TEST_URL is no PostgreSQL URL");
            let template =
                config.get_dbname().expect("CASEFILE_TEST_URL names no template database").to_owned();
            Self { server: scripts_db(&["url", "casefile_api"], &[]), superuser, template }
        })
    }
}

/// Runs `scripts/db` and returns its output.
pub fn scripts_db(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/db"))
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "scripts/db {arguments:?} failed:\n{said}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

pub fn with_database(url: &str, database: &str) -> String {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = address.rsplit_once('/').unwrap();
    format!("{server}/{database}?{query}")
}

fn connect(url: &str, database: Option<&str>) -> Client {
    let mut config: Config = url.parse().unwrap();
    if let Some(database) = database {
        config.dbname(database);
    }
    config.connect(NoTls).unwrap()
}
