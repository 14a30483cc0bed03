//! Tells the server at compile time which migrations it needs, and from which commit it is built.

use std::{env, fs, io, path::Path, process::Command};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=db/migrations");
    let mut names = Vec::new();
    for entry in fs::read_dir("db/migrations")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            names.extend(path.file_stem().and_then(|stem| Path::new(stem).to_str()).map(str::to_owned));
        }
    }
    names.sort();
    println!("cargo:rustc-env=CASEFILE_MIGRATIONS={}", names.join(","));
    println!("cargo:rerun-if-env-changed=CASEFILE_COMMIT");
    let commit = env::var("CASEFILE_COMMIT").ok().filter(|commit| !commit.is_empty()).or_else(commit);
    println!("cargo:rustc-env=CASEFILE_COMMIT={}", commit.as_deref().unwrap_or("unknown"));
    Ok(())
}

/// Only for a release: a developer's build would change with every commit.
fn commit() -> Option<String> {
    if env::var("PROFILE").as_deref() != Ok("release") {
        return None;
    }
    let git = |arguments: &[&str]| {
        let output =
            Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
    };
    println!("cargo:rerun-if-changed={}", git(&["rev-parse", "--git-path", "logs/HEAD"])?);
    git(&["rev-parse", "--short=12", "HEAD"])
}
