//! Deployments: scripts/migrate as a process, and folders of migrations for it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::{Database, unique};

pub struct Outcome {
    pub succeeded: bool,
    pub said: String,
    pub took: Duration,
}

impl Outcome {
    /// Its output contains all of these words.
    #[track_caller]
    pub fn says(&self, words: &[&str]) -> &Self {
        for word in words {
            assert!(self.said.contains(word), "it does not say {word:?}:\n{}", self.said);
        }
        self
    }

    #[track_caller]
    pub fn succeeded(&self) -> &Self {
        assert!(self.succeeded, "{}", self.said);
        self
    }

    #[track_caller]
    pub fn failed(&self) -> &Self {
        assert!(!self.succeeded, "{}", self.said);
        self
    }
}

pub struct Run {
    pub process: Child,
    password: Option<String>,
    since: Instant,
}

impl Run {
    pub fn start(url: &str, options: &[&str]) -> Self {
        let process = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/migrate"))
            .args(options)
            .env("DATABASE_URL", url)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let password = url.split([':', '@']).nth(2).map(str::to_owned);
        Self { process, password, since: Instant::now() }
    }

    pub fn end(self) -> Outcome {
        let output = self.process.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
        assert!(!self.password.is_some_and(|password| said.contains(&password)), "{said}");
        Outcome { succeeded: output.status.success(), said, took: self.since.elapsed() }
    }
}

pub fn migrate(url: &str, options: &[&str]) -> Outcome {
    Run::start(url, options).end()
}

/// A folder of migrations that create the tables `first`, `second` and so on.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let name = format!("{}-{}", unique("migrations"), std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn with(self, version: u32, sql: &str) -> Self {
        self.write(version, "", sql)
    }

    pub fn with_outside_of_a_transaction(self, version: u32, sql: &str) -> Self {
        self.write(version, " transaction:false", sql)
    }

    pub fn write(self, version: u32, options: &str, sql: &str) -> Self {
        let text = format!("-- migrate:up{options}\n{sql}\n-- migrate:down\n");
        fs::write(self.0.join(format!("{version}_test.sql")), text).unwrap();
        self
    }

    pub fn migrate(&self, database: &Database) -> Outcome {
        self.start(database, &[]).end()
    }

    pub fn start(&self, database: &Database, options: &[&str]) -> Run {
        let folder = ["--migrations", self.0.to_str().unwrap()];
        Run::start(&database.url, &[&folder, options].concat())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The tables, and the versions that are recorded.
pub fn state(database: &Database) -> (Vec<String>, Vec<String>) {
    let column = |sql: &str| -> Vec<String> {
        database.superuser().query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
    };
    (
        column(
            "select tablename::text from pg_tables
             where schemaname = 'public' and tablename <> 'schema_migrations' order by 1",
        ),
        column("select version::text from schema_migrations order by 1"),
    )
}

pub fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

pub fn known_migrations() -> Vec<String> {
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("db/migrations")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter(|name| Path::new(name).extension().is_some_and(|end| end == "sql")).collect();
    names.sort();
    names
}
