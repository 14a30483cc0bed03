//! The real server: the program that is deployed, started and stopped as a deployment would.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::client::Client;

static STARTED: AtomicU32 = AtomicU32::new(0);

pub struct Server {
    pub port: u16,
    process: Child,
    log: PathBuf,
}

impl Server {
    /// Starts the server on that database, and waits until it answers.
    pub fn start(database_url: &str) -> Self {
        Self::start_with(database_url, &[("APP_ENV", "TEST"), ("AUTH_MODE", "mock")])
    }

    pub fn start_with(database_url: &str, environment: &[(&str, &str)]) -> Self {
        Self::start_by(|| casefile(&["serve"]), database_url, environment)
    }

    /// With at most that many file descriptors.
    pub fn start_with_descriptors(count: u32, database_url: &str, environment: &[(&str, &str)]) -> Self {
        let limited = || {
            let program = casefile(&["serve"]);
            let mut command = Command::new("prlimit");
            command
                .arg(format!("--nofile={count}:{count}"))
                .arg(program.get_program())
                .args(program.get_args());
            command.env_clear().current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
            command
        };
        Self::start_by(limited, database_url, environment)
    }

    fn start_by(command: impl Fn() -> Command, database_url: &str, environment: &[(&str, &str)]) -> Self {
        // Another program may take the free port before the server does.
        for _ in 0..3 {
            if let Some(server) = Self::launch(command(), free_port(), database_url, environment) {
                return server;
            }
        }
        panic!("the server did not start; what it said stands above");
    }

    fn launch(
        mut command: Command,
        port: u16,
        database_url: &str,
        environment: &[(&str, &str)],
    ) -> Option<Self> {
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let log =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("api-{}-{number}.log", std::process::id()));
        let file = File::create(&log).unwrap();
        let process = command
            .env("DATABASE_URL", database_url)
            .env("PORT", port.to_string())
            .env("DOCUMENT_STORE_URL", format!("file://{}", documents_of(database_url).display()))
            .envs(environment.iter().copied())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        let mut server = Self { port, process, log };
        let patience = Instant::now() + Duration::from_secs(20);
        while Instant::now() < patience {
            if server.process.try_wait().unwrap().is_some() {
                break;
            }
            if Client::of(port).reaches("/live") {
                return Some(server);
            }
            thread::sleep(Duration::from_millis(10));
        }
        server.show_log();
        None
    }

    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// The processor time that it has used.
    pub fn processor_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks = |field: usize| fields[field].parse::<u64>().unwrap();
        // In hundredths of a second, on every Linux.
        Duration::from_millis((ticks(11) + ticks(12)) * 10)
    }

    pub fn client(&self) -> Client {
        Client::of(self.port)
    }

    pub fn logged_in(&self, fields: Value) -> Client {
        let mut client = self.client();
        client.log_in(fields).succeeded(200);
        client
    }

    /// Of a court that every database has.
    pub fn officer(&self) -> Client {
        let court = "Birmingham Family Court";
        self.logged_in(json!({"username": "olivia", "role": "HMCTS_CASE_OFFICER", "courtAssignment": court}))
    }

    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Captured by the test that fails, and printed with it.
    pub fn show_log(&self) {
        let log = self.log();
        let lines: Vec<_> = log.lines().collect();
        println!("the end of the server's log:\n{}", lines[lines.len().saturating_sub(60)..].join("\n"));
    }

    pub fn send_signal(&self, name: &str) {
        send_signal(self.process.id(), name);
    }

    /// Waits for the server to end by itself.
    pub fn wait(&mut self, patience: Duration) -> ExitStatus {
        let until = Instant::now() + patience;
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "the server did not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if thread::panicking() {
            self.show_log();
        }
        let _ = fs::remove_file(&self.log);
    }
}

/// Runs the program to its end: its output, and how long it took.
pub fn run(arguments: &[&str], environment: &[(&str, &str)]) -> (Output, Duration) {
    let from = Instant::now();
    let process = casefile(arguments)
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = process.id();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(process.wait_with_output()));
    let output = receiver.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| {
        send_signal(id, "KILL");
        panic!("casefile {arguments:?} is still running after 30 seconds");
    });
    (output.unwrap(), from.elapsed())
}

pub fn send_signal(process: u32, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), process.to_string()]).status();
    assert!(sent.unwrap().success());
}

/// The program, with nothing of this process's environment.
pub fn casefile(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casefile"));
    command.args(arguments).env_clear().current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
    command
}

/// The folder of a database's documents, for every server.
pub fn documents_of(database_url: &str) -> PathBuf {
    let (_, place) = database_url.split('?').next().unwrap().rsplit_once(':').unwrap();
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents").join(place.replace('/', "-"))
}

pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
