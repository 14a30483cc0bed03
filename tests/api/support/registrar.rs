//! A registrar with a login of its own, removed with the test: logins belong to the cluster.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Output, Stdio},
    time::Duration,
};

use super::{Database, casefile, deployment::Outcome, unique};

pub struct Registrar<'a> {
    pub database: &'a Database,
    pub login: String,
    file: PathBuf,
}

impl<'a> Registrar<'a> {
    pub fn new(database: &'a Database) -> Self {
        // The grants of db/roles.sql in a database.
        database.execute(&format!("grant connect on database {} to casefile_registrar", database.name));
        Self::with(database, "in role casefile_registrar")
    }

    /// A login with these attributes.
    pub fn with(database: &'a Database, attributes: &str) -> Self {
        let login = format!("{}_{}", unique("registrar"), std::process::id()).replace('-', "_");
        database.execute(&format!("create role {login} login password 'hushhush' {attributes}"));
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{login}.csv"));
        Self { database, login, file }
    }

    pub fn url(&self) -> String {
        let (_, address) = self.database.url.split_once('@').unwrap();
        format!("postgresql://{}:hushhush@{address}", self.login)
    }

    /// `casefile directory` with these arguments, by this login.
    pub fn run(&self, arguments: &[&str]) -> Told {
        directory(arguments, &[("REGISTRAR_DATABASE_URL", &self.url())])
    }

    /// Imports a file with that in it.
    pub fn import(&self, content: impl AsRef<[u8]>, options: &[&str]) -> Told {
        fs::write(&self.file, content).unwrap();
        self.run(&[&["import", self.file.to_str().unwrap()], options].concat())
    }

    /// Begins to.
    pub fn start_import(&self, content: &str, stdout: Stdio) -> Child {
        fs::write(&self.file, content).unwrap();
        let mut command = casefile(&["directory", "import", self.file.to_str().unwrap()]);
        command.env("REGISTRAR_DATABASE_URL", self.url()).stdout(stdout).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    pub fn list(&self) -> String {
        self.run(&["list"]).succeeded().out.clone()
    }
}

impl Drop for Registrar<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
        self.database.execute(&format!("drop owned by {}; drop role {}", self.login, self.login));
    }
}

/// `casefile directory` with these arguments, in that environment alone.
pub fn directory(arguments: &[&str], environment: &[(&str, &str)]) -> Told {
    let mut command = casefile(&[&["directory"], arguments].concat());
    Told::of(&command.envs(environment.iter().copied()).output().unwrap())
}

/// The program's stdout and stderr.
pub struct Told {
    pub out: String,
    pub err: String,
    outcome: Outcome,
}

impl Told {
    pub fn of(output: &Output) -> Self {
        let [out, err] =
            [&output.stdout, &output.stderr].map(|text| String::from_utf8(text.clone()).unwrap());
        let said = format!("{out}{err}");
        assert!(!said.contains("hushhush"), "{said}");
        Self { out, err, outcome: Outcome { succeeded: output.status.success(), said, took: Duration::ZERO } }
    }

    #[track_caller]
    pub fn succeeded(&self) -> &Self {
        self.outcome.succeeded();
        self
    }

    /// In one line with these words, and nothing on stdout.
    #[track_caller]
    pub fn refused(&self, words: &[&str]) {
        self.outcome.failed().says(words);
        assert_eq!((self.out.as_str(), self.err.lines().count()), ("", 1), "{}", self.outcome.said);
    }

    #[track_caller]
    pub fn failed(&self, words: &[&str]) {
        self.outcome.failed().says(words);
    }
}
