//! Workers with all that they need: a database, a server, and a real clamd of their own.

use std::{
    env,
    fs::{self, File, Permissions},
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    answer::Answer,
    client::Client,
    database::{Database, scripts_db, with_database},
    server::{Server, casefile, documents_of, free_port, send_signal},
    stage::{id_of, unique},
};

pub struct Workshop {
    pub server: Server,
    pub database: Database,
    pub clamd: Clamd,
}

impl Workshop {
    pub fn new() -> Self {
        let database = Database::new();
        // See db/roles.sql.
        database.execute(&format!("grant connect on database {} to casefile_worker", database.name));
        Self { server: Server::start(&database.url), clamd: Clamd::start(), database }
    }

    pub fn worker(&self) -> Worker {
        self.worker_with(&[])
    }

    /// The output of `casefile worker --again` for these documents, or all.
    pub fn read_again(&self, documents: &[&str]) -> String {
        let output = self.command(&[&["worker", "--again"], documents].concat()).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }

    pub fn worker_with(&self, environment: &[(&str, &str)]) -> Worker {
        let log = temporary("worker.log");
        let process = self
            .command(&["worker"])
            .envs(environment.iter().copied())
            .stdout(File::create(&log).unwrap())
            .stderr(File::options().append(true).open(&log).unwrap())
            .spawn()
            .unwrap();
        Worker { process, log }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let database = with_database(&scripts_db(&["url", "casefile_worker"], &[]), &self.database.name);
        let mut command = casefile(arguments);
        command
            .env("PATH", env::var_os("PATH").unwrap())
            .env("APP_ENV", "TEST")
            .env("WORKER_DATABASE_URL", database)
            .env("DOCUMENT_STORE_URL", format!("file://{}", documents_of(&self.database.url).display()))
            .env("CLAMD_ADDRESS", format!("127.0.0.1:{}", self.clamd.port));
        command
    }

    pub fn officer(&self) -> Client {
        let mut officer = self.server.client();
        let fields = json!({
            "username": unique("officer"), "role": "HMCTS_CASE_OFFICER",
            "courtAssignment": "Birmingham Family Court",
        });
        officer.log_in(fields).succeeded(200);
        officer
    }

    /// The file with a document's bytes.
    pub fn stored(&self, document: &Value) -> PathBuf {
        let id = |name: &str| document[name].as_str().unwrap().to_owned();
        documents_of(&self.database.url).join(id("caseId")).join(id("id"))
    }

    /// The text read from a document.
    pub fn text_of(&self, document: &Value) -> Option<String> {
        let sql = "select content from core.document_texts where document_id::text = $1";
        let row = self.database.superuser().query_opt(sql, &[&document["id"].as_str().unwrap()]).unwrap();
        row.map(|row| row.get(0))
    }

    /// The workers' changes, in their order: the new states of scan and reading.
    pub fn recorded(&self, document: &Value) -> Vec<String> {
        let sql =
            "select concat_ws(' ', after ->> 'virusScanStatus', after ->> 'ocrStatus') from audit.entries
            where entity_id = $1 and actor = 'document_processor' and actor_role = 'DOCUMENT_PROCESSOR'
                and after ?| '{virusScanStatus,ocrStatus}' order by id";
        let rows = self.database.superuser().query(sql, &[&document["id"].as_str().unwrap()]).unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Waits until a worker has it to read it.
    #[track_caller]
    pub fn until_being_read(&self, document: &Value) {
        let sql =
            "select count(*) from core.document_jobs as j join core.documents as d on d.id = j.document_id
            where d.id::text = $1 and d.virus_scan_status = 'clean' and j.lease is not null";
        until("it is being read", || self.database.count(sql, &[&id_of(document)]) == 1);
    }

    /// Lets no document wait for its next attempt.
    pub fn hurry(&self) {
        self.database.execute("update core.document_jobs set run_at = now() where lease is null");
    }
}

pub struct Worker {
    process: Child,
    log: PathBuf,
}

impl Worker {
    pub fn send_signal(&self, name: &str) {
        send_signal(self.process.id(), name);
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// How it ended by itself.
    pub fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        until("the worker ends", || {
            status = self.process.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if thread::panicking() {
            println!("a worker's log:\n{}", fs::read_to_string(&self.log).unwrap_or_default());
        }
        let _ = fs::remove_file(&self.log);
    }
}

pub struct Clamd {
    pub port: u16,
    folder: PathBuf,
    process: Child,
}

impl Clamd {
    fn start() -> Self {
        let (folder, port) = (temporary("clamd"), free_port());
        Self { port, process: Self::launch(&folder, port), folder }
    }

    fn launch(folder: &Path, port: u16) -> Child {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/lib/clamd.sh");
        let process = Command::new(script)
            .args([folder.as_os_str(), port.to_string().as_ref()])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        until("clamd answers", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok_and(|mut clamd| {
                let mut answer = [0; 4];
                clamd.write_all(b"zPING\0").and_then(|()| clamd.read_exact(&mut answer)).is_ok()
            })
        });
        process
    }

    pub fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub fn start_again(&mut self) {
        self.process = Self::launch(&self.folder, self.port);
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The address of a scanner that gives this verdict on everything; or never any.
pub fn careless_scanner(verdict: Option<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut undecided = Vec::new();
        for mut connection in listener.incoming().map_while(Result::ok) {
            let mut command = [0; 6];
            if connection.read_exact(&mut command).is_ok() && &command == b"zPING\0" {
                let _ = connection.write_all(b"PONG\0");
            } else if let Some(verdict) = verdict {
                let mut rest = [0; 4096];
                let _ = write!(connection, "{verdict}\0");
                let _ = connection.shutdown(Shutdown::Write);
                while connection.read(&mut rest).is_ok_and(|length| length > 0) {}
            } else {
                undecided.push(connection);
            }
        }
    });
    address
}

/// A folder of programs for a worker's `PATH`.
pub struct Tools(PathBuf);

const PROGRAMS: [&str; 7] =
    ["tesseract", "pdftotext", "pdftoppm", "pdfinfo", "pdfimages", "prlimit", "setpriv"];

impl Tools {
    /// Without any.
    pub fn new() -> Self {
        let folder = temporary("tools");
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    /// With all, but `tesseract` does this where it should read a page.
    pub fn with_tesseract(does: &str) -> Self {
        let tools = Self::new();
        tools.install();
        let tesseract = tools.0.join("tesseract");
        fs::remove_file(&tesseract).unwrap();
        let script = format!("#!/bin/sh\ncase $* in *list-langs*) echo eng; echo osd;; *) {does};; esac\n");
        fs::write(&tesseract, script).unwrap();
        fs::set_permissions(&tesseract, Permissions::from_mode(0o755)).unwrap();
        tools
    }

    pub fn install(&self) {
        for program in PROGRAMS {
            let folders = env::var_os("PATH").unwrap();
            let found =
                env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file());
            symlink(found.unwrap(), self.0.join(program)).unwrap();
        }
    }

    pub fn path(&self) -> String {
        self.0.to_str().unwrap().to_owned()
    }
}

impl Drop for Tools {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A file of tests/fixtures.
pub fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

/// A PDF that the scanner takes for a virus. Put together here, so that this file is none.
pub fn infected_pdf() -> Vec<u8> {
    let mut bytes = fixture("text.pdf");
    bytes.extend(br"% X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR");
    bytes.extend(b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*\n%%EOF\n");
    bytes
}

/// The document, as the server shows it.
#[track_caller]
pub fn upload(client: &Client, case: &Value, name: &str, bytes: &[u8]) -> Value {
    let answer = client.upload(id_of(case), name, bytes).succeeded(201);
    client.document(answer["documentId"].as_str().unwrap())
}

pub fn download(client: &Client, document: &Value) -> Answer {
    client.get(&format!("/api/documents/{}/download", id_of(document)))
}

/// Waits until scan and reading are in these states.
#[track_caller]
pub fn wait_for(client: &Client, document: &Value, scan: &str, reading: &str) -> Value {
    let mut found = Value::Null;
    until(&format!("{} becomes {scan} {reading}", document["filename"]), || {
        found = client.document(id_of(document));
        found["virusScanStatus"] == scan && found["ocrStatus"] == reading
    });
    found
}

#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < end, "in vain for a minute: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A path of this run that nothing else uses.
fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{}", unique(name), std::process::id()))
}
