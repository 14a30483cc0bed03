//! Checks what the container file says of its server. Nothing is built here.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{Database, Server};

/// The program of the health check.
fn health_check() -> Vec<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/deploy/Containerfile");
    let text = fs::read_to_string(file).unwrap();
    let line = text.lines().skip_while(|line| !line.starts_with("HEALTHCHECK --")).nth(1).unwrap();
    serde_json::from_str(line.trim()).unwrap()
}

/// A folder with a program that tells another address of this machine than the loopback's first.
fn address_of_a_container() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("container");
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join("hostname");
    fs::write(&program, "#!/bin/sh\necho 127.0.0.2 ::1\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[test]
fn a_server_is_healthy_if_it_can_be_reached_from_outside_its_container() {
    let database = Database::new();
    let check = health_check();
    let path = format!("{}:{}", address_of_a_container().display(), env::var("PATH").unwrap());
    for (host, is_healthy) in [("0.0.0.0", true), ("127.0.0.1", false)] {
        let environment = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock"), ("HOST", host)];
        let server = Server::start_with(&database.url, &environment);
        let outcome = Command::new(&check[0])
            .args(&check[1..])
            .env("PATH", &path)
            .env("PORT", server.port.to_string())
            .output()
            .unwrap();
        assert_eq!(outcome.status.success(), is_healthy, "{host}: {outcome:?}");
    }
}
