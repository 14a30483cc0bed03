//! TLS between server, worker, scripts/migrate and the database, on clusters with certificates of a test authority.

use std::{
    io::{Read, Write},
    net::TcpListener,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError, Weak, mpsc},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{
    Certificates, Cluster, Database, Server, casefile, documents_of, run, scripts_db, workshop::until,
};

struct Encrypted {
    cluster: Cluster,
    certificates: Certificates,
}

impl Encrypted {
    /// A cluster with the certificate in that folder.
    fn with(name: &str) -> Self {
        let certificates = Certificates::new();
        let cluster = Cluster::with(&[("CASEFILE_FSYNC", "off"), ("CASEFILE_TLS", &certificates.path(name))]);
        cluster.db(&["migrate"]);
        Self { cluster, certificates }
    }

    /// The one that is running, else a new one: it goes with the last test that holds it.
    fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Encrypted>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let encrypted = Arc::new(Self::with("server"));
            *shared = Arc::downgrade(&encrypted);
            encrypted
        })
    }

    /// The URL of a login, with this sslmode and, if any, this authority.
    fn url(&self, login: &str, mode: &str, authority: Option<&str>) -> String {
        let authority = authority.map(|name| format!("&sslrootcert={}", self.certificates.path(name)));
        let url = self.cluster.url_of(login);
        url.replace("sslmode=disable", &format!("sslmode={mode}{}", authority.unwrap_or_default()))
    }

    /// How many connections of that name there are, with and without TLS.
    fn connections(&self, application: &str) -> (i64, i64) {
        let sql = "select count(*) filter (where ssl), count(*) filter (where not ssl)
            from pg_stat_ssl join pg_stat_activity using (pid) where application_name = $1";
        let row = self.cluster.superuser().query_one(sql, &[&application]).unwrap();
        (row.get(0), row.get(1))
    }
}

#[track_caller]
fn assert_serves(url: &str) -> Server {
    let server = Server::start(url);
    let mut officer = server.client();
    let fields = json!({"username": "olivia", "role": "HMCTS_CASE_OFFICER", "courtAssignment": "Birmingham Family Court"});
    until("somebody logs in", || officer.log_in(fields.clone()).status == 200);
    let password = url.split([':', '@']).nth(2).unwrap();
    assert!(!server.log().contains(password), "the log holds the password");
    server
}

/// In one line that names the variable, and keeps the password.
#[track_caller]
fn assert_refused(url: &str) -> String {
    let (output, took) = run(&["check"], &[("APP_ENV", "TEST"), ("DATABASE_URL", url)]);
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    assert!(!output.status.success() && took < Duration::from_secs(10), "{url} is accepted: {said}");
    assert!(said.trim().lines().count() == 1 && said.contains("DATABASE_URL"), "{said}");
    assert!(!said.contains(url.split([':', '@']).nth(2).unwrap()), "{said}");
    said
}

#[test]
fn the_server_s_connections_are_encrypted() {
    let database = Encrypted::shared();
    let verified = |mode| database.url("casefile_api", mode, Some("ca.crt"));
    for url in [
        database.url("casefile_api", "require", None),
        verified("require"),
        verified("verify-ca"),
        verified("verify-full"),
        verified("verify-full").replace("127.0.0.1", "localhost"),
    ] {
        let _server = assert_serves(&url);
        let (encrypted, plain) = database.connections("casefile");
        assert!(encrypted > 0 && plain == 0, "{url}: {encrypted} encrypted, {plain} plain");
    }
}

#[test]
fn a_connection_that_is_made_again_is_encrypted_again() {
    let database = Encrypted::with("server");
    let server = assert_serves(&database.url("casefile_api", "verify-full", Some("ca.crt")));
    let end = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'casefile'";
    database.cluster.superuser().batch_execute(end).unwrap();
    until("it answers", || server.client().get("/api/health").status == 200);
    let (encrypted, plain) = database.connections("casefile");
    assert!(encrypted > 0 && plain == 0, "{encrypted} encrypted, {plain} plain");
}

#[test]
fn a_certificate_for_another_name_is_refused_by_verify_full_alone() {
    let database = Encrypted::with("elsewhere");
    let url = |mode| database.url("casefile_api", mode, Some("ca.crt"));
    assert_refused(&url("verify-full"));
    assert_refused(&url("verify-full").replace("127.0.0.1", "localhost"));
    drop(assert_serves(&url("verify-ca")));
}

#[test]
fn a_certificate_of_a_stranger_is_refused() {
    let database = Encrypted::shared();
    for mode in ["verify-ca", "verify-full"] {
        assert_refused(&database.url("casefile_api", mode, Some("stranger.crt")));
    }
}

#[test]
fn an_authority_that_cannot_be_read_is_refused() {
    let database = Encrypted::shared();
    for file in ["missing.crt", "ca.key"] {
        let said = assert_refused(&database.url("casefile_api", "verify-full", Some(file)));
        assert!(said.contains("sslrootcert"), "{said}");
    }
}

#[test]
fn a_server_without_tls_is_refused() {
    let (plain, encrypted) = (Database::new(), Encrypted::shared());
    for mode in ["require", "verify-ca", "verify-full"] {
        let with_tls = encrypted.url("casefile_api", mode, Some("ca.crt"));
        let query = with_tls.split_once('?').unwrap().1;
        assert_refused(&plain.url.replace("sslmode=disable", query));
    }
    drop(assert_serves(&plain.url.replace("sslmode=disable", "sslmode=prefer")));
}

#[test]
fn nothing_is_sent_to_a_server_that_declines_tls() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = [0; 8];
        connection.read_exact(&mut request).unwrap();
        connection.write_all(b"N").unwrap();
        let mut rest = Vec::new();
        let _ = connection.read_to_end(&mut rest);
        sender.send((request, rest))
    });
    assert_refused(&format!("postgresql://casefile_api:hushhush@127.0.0.1:{port}/adoption?sslmode=require"));
    let (request, rest) = receiver.recv_timeout(Duration::from_secs(10)).expect("nothing was asked");
    assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47], "the first thing asked for is TLS");
    assert_eq!(rest, b"", "and the last");
}

fn work(url: &str) -> Command {
    let mut command = casefile(&["worker"]);
    command.env("APP_ENV", "TEST").env("WORKER_DATABASE_URL", url).env("VIRUS_SCAN", "off");
    command.env("DOCUMENT_STORE_URL", format!("file://{}", documents_of(url).display()));
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

#[test]
fn the_worker_s_connection_is_encrypted() {
    let database = Encrypted::shared();
    let mut worker = work(&database.url("casefile_worker", "verify-full", Some("ca.crt"))).spawn().unwrap();
    // It has one to work on, and one to listen on.
    let mut connections = (0, 0);
    let end = Instant::now() + Duration::from_secs(10);
    while connections == (0, 0) && worker.try_wait().unwrap().is_none() && Instant::now() < end {
        thread::sleep(Duration::from_millis(20));
        connections = database.connections("casefile worker");
    }
    let _ = worker.kill();
    worker.wait().unwrap();
    assert!(matches!(connections, (1 | 2, 0)), "{connections:?} are encrypted and plain");
}

#[test]
fn the_worker_refuses_what_the_server_refuses() {
    let (stranger, elsewhere, plain) = (Encrypted::shared(), Encrypted::with("elsewhere"), Database::new());
    let plain =
        scripts_db(&["url", "casefile_worker"], &[]).replace("/adoption?", &format!("/{}?", plain.name));
    for url in [
        stranger.url("casefile_worker", "verify-ca", Some("stranger.crt")),
        stranger.url("casefile_worker", "verify-full", Some("stranger.crt")),
        elsewhere.url("casefile_worker", "verify-full", Some("ca.crt")),
        plain.replace("sslmode=disable", "sslmode=require"),
    ] {
        let output = work(&url).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains("WORKER_DATABASE_URL"), "{said}");
        assert!(!said.contains(url.split([':', '@']).nth(2).unwrap()), "{said}");
    }
}

#[test]
fn migrations_are_applied_over_tls() {
    let (database, elsewhere) = (Encrypted::shared(), Encrypted::with("elsewhere"));
    let verified = |mode| database.url("casefile_migrator", mode, Some("ca.crt"));
    let migrate = |url: String| {
        let output = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/migrate"))
            .env("DATABASE_URL", &url)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
        assert!(!said.contains(url.split([':', '@']).nth(2).unwrap()), "{said}");
        (output.status.success(), said)
    };
    for url in [
        database.url("casefile_migrator", "require", None),
        verified("require"),
        verified("verify-ca"),
        verified("verify-full"),
        verified("verify-full").replace("127.0.0.1", "localhost"),
        elsewhere.url("casefile_migrator", "verify-ca", Some("ca.crt")),
    ] {
        let (succeeded, said) = migrate(url);
        assert!(succeeded && said.contains("Nothing to do"), "{said}");
    }
    for url in [
        database.url("casefile_migrator", "verify-ca", Some("stranger.crt")),
        database.url("casefile_migrator", "verify-full", Some("stranger.crt")),
        elsewhere.url("casefile_migrator", "verify-full", Some("ca.crt")),
    ] {
        let (succeeded, said) = migrate(url);
        assert!(!succeeded && said.contains("DATABASE_URL") && said.contains("TLS"), "{said}");
    }
}
