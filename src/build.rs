//! Tells the server at compile time which migrations it needs.

use std::{fs, io, path::Path};

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
    Ok(())
}
