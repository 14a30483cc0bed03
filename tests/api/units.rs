//! The units for systemd, as far as that can be tried without one.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{Server, Stage, free_port};

const UNITS: [&str; 3] = ["casefile.service", "casefile@.service", "casefile-worker@.service"];

fn unit(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/deploy").join(name)).unwrap()
}

fn setting(unit: &str, name: &str) -> String {
    let line = unit.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    line.unwrap_or_else(|| panic!("no {name}")).to_owned()
}

#[test]
fn all_units_have_the_same_protection() {
    let guards = |name| {
        let unit = unit(name);
        let (_, guards) = unit.split_once("\nNoNewPrivileges=").unwrap();
        guards.split_once("\n\n").unwrap().0.to_owned()
    };
    for name in UNITS {
        assert_eq!(guards(name), guards(UNITS[0]), "{name}");
        assert_eq!(setting(&unit(name), "ExecReload"), "/bin/kill -HUP $MAINPID");
        // DRAIN_SECONDS and SHUTDOWN_SECONDS are 10 each; the worker's two go on beside each other.
        assert!(setting(&unit(name), "TimeoutStopSec").parse::<u32>().unwrap() >= 30, "{name}");
    }
}

#[test]
fn systemd_accepts_the_units() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("units");
    fs::create_dir_all(&folder).unwrap();
    let units: Vec<PathBuf> = UNITS.map(|name| folder.join(name)).into();
    for (name, path) in UNITS.iter().zip(&units) {
        // Nobody has installed the program here.
        fs::write(path, unit(name).replace("/usr/local/bin/casefile", "/bin/true")).unwrap();
    }
    let Ok(outcome) = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&units).output()
    else {
        return println!("not tried: there is no systemd-analyze");
    };
    assert!(outcome.status.success() && outcome.stderr.is_empty(), "{outcome:?}");
}

/// `systemctl restart` of one instance returns when it is ready, and so the next may go.
#[test]
fn an_instance_is_started_when_it_is_ready() {
    let stage = Stage::new();
    let command = setting(&unit("casefile@.service"), "ExecStartPost").replace("\\\\", "\\");
    let script = command.strip_prefix("/bin/bash -c '").unwrap().strip_suffix('\'').unwrap();
    let admin = free_port().to_string();
    let script = script.replace("1%i", &admin);
    let waits_for = |patience: &str| {
        let ended = Command::new("timeout").args([patience, "bash", "-c", &script]).status();
        ended.unwrap().success()
    };
    assert!(!waits_for("0.5"));
    let environment = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock"), ("ADMIN_PORT", admin.as_str())];
    let server =
        Server::start_with(&stage.database().url, &[&environment[..], &[("DRAIN_SECONDS", "5")]].concat());
    assert!(waits_for("5"));
    server.send_signal("TERM");
    crate::support::workshop::until("it drains", || !waits_for("0.2"));
}
