//! Secrets that change while server and worker run: they are in files, which are read again at SIGHUP.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;

use crate::support::{
    Client, Cluster, IdentityProvider, Server, SignInStage, id_of, samples, scripts_db, unique,
    with_database,
    workshop::{Workshop, until, upload, wait_for},
};

const IN_USE: &str = "secrets have been read again";
const KEPT: &str = "a secret cannot be used";

struct Secret(PathBuf);

impl Secret {
    fn new(text: &str) -> Self {
        let name = format!("{}-{}", unique("secret"), std::process::id());
        let secret = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        secret.change(text);
        secret
    }

    fn change(&self, text: &str) {
        fs::write(&self.0, format!("{text}\n")).unwrap();
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A server whose secret is in a file, and an officer who works with it.
struct Scene {
    server: Server,
    officer: Client,
    secret: Secret,
    cluster: Cluster,
}

impl Scene {
    fn new() -> Self {
        let cluster = Cluster::new();
        let secret = Secret::new(&cluster.url());
        let environment = [
            ("APP_ENV", "TEST"),
            ("AUTH_MODE", "mock"),
            ("DATABASE_URL", ""),
            ("DATABASE_URL_FILE", secret.path()),
            ("DATABASE_POOL_SIZE", "3"),
        ];
        let server = Server::start_with(&cluster.url(), &environment);
        let mut officer = server.client();
        let court = "Birmingham Family Court";
        let fields = json!({"username": "olivia", "role": "HMCTS_CASE_OFFICER", "courtAssignment": court});
        officer.log_in(fields).succeeded(200);
        Self { server, officer, secret, cluster }
    }

    /// Has it read again; waits until the log says that it is in use, or is not.
    fn hang_up(&self, says: &str) {
        let before = self.server.log().matches(says).count();
        self.server.send_signal("HUP");
        until(says, || self.server.log().matches(says).count() > before);
    }

    fn url_with(&self, login: &str, password: &str) -> String {
        let url = self.cluster.url();
        let (_, place) = url.split_once('@').unwrap();
        format!("postgresql://{login}:{password}@{place}")
    }

    fn execute(&self, sql: &str) {
        self.cluster.superuser().batch_execute(sql).unwrap();
    }

    /// The server's connections, by that login.
    fn connections(&self, login: &str) -> i64 {
        let sql =
            "select count(*) from pg_stat_activity where application_name = 'casefile' and usename = $1";
        self.cluster.superuser().query_one(sql, &[&login]).unwrap().get(0)
    }

    /// Each of its connections is lost, and it has to open others.
    fn cut(&self) {
        let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'casefile'";
        self.cluster.superuser().query_one(sql, &[]).unwrap();
        until("they are gone", || self.connections("casefile_api") + self.connections("casefile_api_b") == 0);
    }

    #[track_caller]
    fn serves(&self) {
        for _ in 0..5 {
            self.officer.get("/api/cases").succeeded(200);
            self.officer.create_case();
        }
    }
}

#[test]
fn a_password_is_changed_before_the_file() {
    let scene = Scene::new();
    scene.serves();
    scene.execute("alter role casefile_api password 'fresh'");
    scene.serves();
    scene.secret.change(&scene.url_with("casefile_api", "fresh"));
    scene.hang_up(IN_USE);
    scene.serves();
    scene.cut();
    scene.serves();
    assert!(!scene.server.log().contains("fresh"));
}

#[test]
fn a_password_is_changed_after_the_file() {
    let scene = Scene::new();
    scene.secret.change(&scene.url_with("casefile_api", "fresh"));
    scene.hang_up(KEPT);
    scene.cut();
    scene.serves();
    // Another wrong attempt: the working secret is kept.
    scene.secret.change(&scene.url_with("casefile_api", "fresher"));
    scene.hang_up(KEPT);
    scene.cut();
    scene.serves();
    scene.execute("alter role casefile_api password 'fresher'");
    scene.serves();
    scene.cut();
    scene.serves();
    assert!(!scene.server.log().contains("fresher"));
}

#[test]
fn a_server_changes_from_one_login_to_another() {
    let scene = Scene::new();
    scene.serves();
    scene.execute("create role casefile_api_b login password 'b' in role casefile_api");
    scene.execute(include_str!("../../db/roles.sql"));
    scene.secret.change(&scene.url_with("casefile_api_b", "b"));
    scene.hang_up(IN_USE);
    scene.serves();
    until("all are the other's", || {
        scene.serves();
        scene.connections("casefile_api") == 0 && scene.connections("casefile_api_b") > 0
    });
    let others = "select count(*) from pg_db_role_setting as s, pg_db_role_setting as o
        where s.setrole = 'casefile_api'::regrole and o.setrole = 'casefile_api_b'::regrole
            and s.setconfig @> '{statement_timeout=1500ms}' and s.setconfig = o.setconfig";
    assert_eq!(scene.cluster.superuser().query_one(others, &[]).unwrap().get::<_, i64>(0), 1);
    scene.execute("alter role casefile_api nologin");
    scene.cut();
    scene.serves();
    scene.officer.get("/ready").succeeded(200);
}

#[test]
fn a_secret_that_cannot_be_used_changes_nothing() {
    let scene = Scene::new();
    for wrong in ["", "nonsense of a secret"] {
        scene.secret.change(wrong);
        scene.hang_up(KEPT);
        scene.cut();
        scene.serves();
    }
    fs::remove_file(scene.secret.path()).unwrap();
    scene.hang_up(KEPT);
    scene.cut();
    scene.serves();
    assert!(!scene.server.log().contains("nonsense"));
}

#[test]
fn the_provider_gets_the_current_secret() {
    let secret = Secret::new("of yesterday");
    let environment = [("OIDC_CLIENT_SECRET", ""), ("OIDC_CLIENT_SECRET_FILE", secret.path())];
    let stage = SignInStage::at(IdentityProvider::start(), &environment);
    let mut person = stage.person();
    assert_eq!(person.sign_in("/api/auth/login", "olivia.officer").status, 503);
    secret.change("casefile-demonstration");
    stage.server.send_signal("HUP");
    until("it is in use", || stage.server.log().contains(IN_USE));
    assert_eq!(person.sign_in("/api/auth/login", "olivia.officer").status, 302);
}

#[test]
fn a_worker_reads_its_secret_again() {
    let workshop = Workshop::new();
    let url = |login| with_database(&scripts_db(&["url", login], &[]), &workshop.database.name);
    let secret = Secret::new(&url("casefile_worker"));
    let environment = [("WORKER_DATABASE_URL", ""), ("WORKER_DATABASE_URL_FILE", secret.path())];
    let worker = workshop.worker_with(&environment);
    until("it waits", || worker.log().contains("waiting"));
    let process = "select pid::bigint from pg_stat_activity
        where datname = current_database() and application_name = 'casefile worker'";
    let before = workshop.database.count(process, &[]);
    worker.send_signal("HUP");
    until("it is in use", || worker.log().contains(IN_USE));
    let officer = workshop.officer();
    let document = upload(&officer, &officer.create_case(), "a.docx", &samples::docx());
    wait_for(&officer, &document, "clean", "not-applicable");
    assert_ne!(workshop.database.count(process, &[]), before, "{}", id_of(&document));

    fs::remove_file(secret.path()).unwrap();
    worker.send_signal("HUP");
    until("it is kept", || worker.log().contains(KEPT));
    let document = upload(&officer, &officer.create_case(), "b.docx", &samples::docx());
    wait_for(&officer, &document, "clean", "not-applicable");
}
