//! A court for each test, on a server that simultaneous tests share.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use serde_json::{Value, json};

use super::{
    client::Client,
    database::{Database, scripts_db, with_database},
    server::{Server, documents_of, run},
};

/// The six roles, as the API names them.
pub const ROLES: [&str; 6] = [
    "HMCTS_CASE_OFFICER",
    "JUDGE_LEGAL_ADVISER",
    "CAFCASS_OFFICER",
    "LA_SOCIAL_WORKER",
    "VAA_WORKER",
    "ADOPTER",
];

/// A server with its database. The server goes first.
pub struct Home {
    pub server: Server,
    pub database: Database,
}

impl Home {
    pub fn new() -> Self {
        let database = Database::new();
        Self { server: Server::start(&database.url), database }
    }

    /// The one that is running, else a new one: it goes with the last test that holds it.
    fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Home>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let home = Arc::new(Self::new());
            *shared = Arc::downgrade(&home);
            home
        })
    }
}

pub struct Stage {
    home: Arc<Home>,
    pub court_name: String,
    pub court_code: String,
}

impl Stage {
    pub fn new() -> Self {
        Self::in_home(Home::shared())
    }

    /// For a test that needs a server or a database for itself.
    pub fn alone() -> Self {
        Self::in_home(Arc::new(Home::new()))
    }

    /// Another court on the same server.
    pub fn next_court(&self) -> Self {
        Self::in_home(Arc::clone(&self.home))
    }

    fn in_home(home: Arc<Home>) -> Self {
        let number = next();
        let court_code = format!("T{}", letters(number));
        let court_name = format!("Test Court {number}");
        home.database.execute(&format!(
            "insert into core.courts (code, name, region) values ('{court_code}', '{court_name}', 'Test')"
        ));
        Self { home, court_name, court_code }
    }

    pub fn server(&self) -> &Server {
        &self.home.server
    }

    pub fn database(&self) -> &Database {
        &self.home.database
    }

    /// A client without a session.
    pub fn visitor(&self) -> Client {
        self.home.server.client()
    }

    /// A user with these fields, and a user name that nobody else has.
    pub fn user(&self, role: &str, mut fields: Value) -> Client {
        fields["role"] = json!(role);
        if fields.get("username").is_none() {
            fields["username"] = json!(unique(&role.to_lowercase()));
        }
        let mut client = self.visitor();
        client.log_in(fields).succeeded(200);
        client
    }

    /// An officer of this court.
    pub fn officer(&self) -> Client {
        self.user("HMCTS_CASE_OFFICER", json!({"courtAssignment": self.court_name}))
    }

    /// A user of that role who reaches no case of this court; an officer of another court.
    pub fn stranger(&self, role: &str) -> Client {
        match role {
            "HMCTS_CASE_OFFICER" => self.next_court().officer(),
            _ => self.user(role, json!({"organisationId": unique("organisation")})),
        }
    }

    /// A user of that role who reaches the case, through the officer.
    pub fn insider(&self, role: &str, officer: &Client, case_id: &str) -> Client {
        let assignment_type = match role {
            "HMCTS_CASE_OFFICER" => return self.officer(),
            "JUDGE_LEGAL_ADVISER" => "JUDICIAL",
            "CAFCASS_OFFICER" => "CAFCASS",
            "LA_SOCIAL_WORKER" => "SOCIAL_WORKER",
            "ADOPTER" => "APPLICANT",
            _ => {
                let organisation = unique("agency");
                link(officer, case_id, &organisation, "VOLUNTARY_AGENCY");
                return self.user(role, json!({"organisationId": organisation}));
            }
        };
        let client = self.user(role, json!({}));
        assign(officer, case_id, &client.user_id, assignment_type);
        client
    }

    pub fn judge_of(&self, officer: &Client, case_id: &str) -> Client {
        self.insider("JUDGE_LEGAL_ADVISER", officer, case_id)
    }

    /// Records a scan, as the worker would.
    pub fn scanned(&self, document_id: &str, status: &str) {
        let scan = "update core.documents set virus_scan_status = $2::text::core.virus_scan_status where id::text = $1";
        assert_eq!(self.database().superuser().execute(scan, &[&document_id, &status]).unwrap(), 1);
    }

    /// The files of documents in the store, of this case or of all.
    pub fn stored(&self, case_id: Option<&str>) -> Vec<PathBuf> {
        let folder = documents_of(&self.database().url);
        let mut files = files_in(&case_id.map_or(folder.clone(), |case_id| folder.join(case_id)));
        files.retain(|file| *file != self.mark());
        files
    }

    /// Where the server keeps how far the database has come.
    pub fn mark(&self) -> PathBuf {
        documents_of(&self.database().url).join("casefile-mark.json")
    }

    /// `casefile fsck`, `after-restore` or `audit` on the database and its documents.
    pub fn keep(&self, arguments: &[&str]) -> Output {
        self.keep_with(arguments, &[])
    }

    /// The same with more in the environment.
    pub fn keep_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        let database = self.database();
        database.execute(&format!(
            "grant connect, create on database {0} to casefile_owner;
             grant connect on database {0} to casefile_migrator, casefile_worker, casefile_registrar, casefile_backup",
            database.name
        ));
        let url = |login| with_database(&scripts_db(&["url", login], &[]), &database.name);
        let documents = format!("file://{}", documents_of(&database.url).display());
        let (migrator, backup) = (url("casefile_migrator"), url("casefile_backup"));
        let mut all = vec![
            ("APP_ENV", "TEST"),
            ("MIGRATOR_DATABASE_URL", migrator.as_str()),
            ("BACKUP_DATABASE_URL", backup.as_str()),
            ("DOCUMENT_STORE_URL", documents.as_str()),
        ];
        all.extend(environment);
        run(arguments, &all).0
    }

    /// The ids under which uploads to the case were refused.
    pub fn refused_uploads(&self, case_id: &str) -> Vec<String> {
        let refused =
            "select id::text from core.documents where case_id::text = $1 and upload_status = 'failed'";
        let rows = self.database().superuser().query(refused, &[&case_id]).unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// How many rows of `audit.refusals` tell of this user and operation.
    pub fn refusals(&self, user_id: &str, operation: &str) -> i64 {
        self.database().count(
            "select coalesce(sum(times), 0) from audit.refusals where user_id = $1 and operation = $2",
            &[&user_id, &operation],
        )
    }
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

impl Drop for Stage {
    fn drop(&mut self) {
        if thread::panicking() {
            self.home.server.show_log();
        }
    }
}

/// The id of the new assignment.
pub fn assign(officer: &Client, case_id: &str, user_id: &str, assignment_type: &str) -> String {
    let body = json!({"userId": user_id, "assignmentType": assignment_type});
    let assignment = officer.post(&format!("/api/cases/{case_id}/assignments"), body).succeeded(201);
    assignment["assignmentId"].as_str().unwrap().to_owned()
}

pub fn link(officer: &Client, case_id: &str, organisation_id: &str, organisation_type: &str) {
    let body = json!({"organisationId": organisation_id, "organisationType": organisation_type});
    officer.post(&format!("/api/cases/{case_id}/organisations"), body).succeeded(201);
}

/// A name that no other test uses.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}-{}", next())
}

/// The `id` of a case.
pub fn id_of(case: &Value) -> &str {
    case["id"].as_str().unwrap()
}

/// The names of an object's fields, in alphabetical order.
pub fn fields_of(object: &Value) -> Vec<&str> {
    let mut names: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// 2026-12-01T10:30:00.000Z, and nothing else.
#[track_caller]
pub fn assert_is_timestamp(value: &Value) {
    let text = value.as_str().unwrap_or_default();
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000Z", "{value}");
}

fn next() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A court code has capitals only.
fn letters(mut number: u32) -> String {
    let mut letters = String::new();
    while number > 0 {
        letters.insert(0, char::from(b'A' + u8::try_from(number % 26).unwrap()));
        number /= 26;
    }
    letters
}
