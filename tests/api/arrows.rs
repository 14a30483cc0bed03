//! `src` can be read from the bottom up: a room uses only what is on the floors below it.

use std::{
    fs,
    path::{Path, PathBuf},
};

type Floors = &'static [&'static [&'static str]];

/// The folders, and what is in each: the lowest floor first. Rooms on one floor do not use each other; `mod` and `lib`
/// are what a folder says of itself.
const HOUSE: [(&str, Floors); 9] = [
    (
        "",
        &[
            &["field_error", "reason"],
            &[
                "config", "current", "error", "facts", "hex", "metrics", "output", "recent", "renewal",
                "stop", "trace", "values", "vitals",
            ],
            &["db", "identity", "process"],
            &["documents", "otlp"],
            &["home"],
            &["after_restore", "directory", "fsck", "http", "worker"],
            &["audit", "housekeeping"],
            &["lib"],
            &["counted", "main"],
        ],
    ),
    (
        "db",
        &[
            &["answer", "limits", "operation", "roles", "tls"],
            &["connect", "cost", "opening"],
            &["access", "session"],
            &["check", "pool"],
            &["errors", "replicas"],
            &["exchange"],
            &["transactions"],
            &["signs"],
            &["mod"],
        ],
    ),
    (
        "audit",
        &[
            &["keys", "merkle", "part"],
            &["anchor"],
            &["database", "reading"],
            &["departures", "source"],
            &["prove", "take", "verify"],
            &["mod"],
        ],
    ),
    ("fsck", &[&["report"], &["audit", "documents", "privileges"], &["mod"]]),
    ("directory", &[&["differences", "file"], &["registrar"], &["mod"]]),
    (
        "documents",
        &[
            &["multipart", "tiff", "traced"],
            &["jpeg", "sniff"],
            &["spooled_file"],
            &["form", "store"],
            &["upload"],
            &["mod"],
        ],
    ),
    (
        "http",
        &[
            &[
                "accept",
                "cookies",
                "document",
                "examples",
                "links",
                "methods",
                "probes",
                "standing",
                "time_limit",
            ],
            &[
                "auth",
                "body",
                "client_address",
                "compression",
                "encoding",
                "limiters",
                "origin",
                "parameters",
                "problem",
                "server",
            ],
            &["entity_tag", "fixed"],
            &["docs", "representation", "types"],
            &["admin", "api", "idempotency"],
            &["documented", "pipeline"],
            &["app"],
            &["mod"],
        ],
    ),
    (
        "identity",
        &[
            &["claims", "fetch", "refusal", "sign_in", "verified"],
            &["discovery", "token"],
            &["client", "keys"],
            &["provider"],
            &["mod"],
        ],
    ),
    (
        "worker",
        &[
            &["error", "obstacles"],
            &["toolbox"],
            &["reader", "scanner"],
            &["queue", "work"],
            &["again", "attempt", "sweeper"],
            &["lane"],
            &["mod"],
        ],
    ),
];

#[test]
fn arrows_point_down_only() {
    let files: Vec<Source> = rust_files(Path::new("src")).into_iter().map(Source::read).collect();
    let mut wrong = Vec::new();
    for (folder, floors) in HOUSE {
        let door = if folder.is_empty() { "lib" } else { "mod" };
        let floor = |room: &str| floors.iter().position(|floor| floor.contains(&room));
        for (source, room) in files.iter().filter_map(|source| Some((source, source.room(folder)?))) {
            let own = floor(room).unwrap_or_else(|| panic!("{} stands on no floor", source.path.display()));
            for (line, target) in source.arrows() {
                let Some(rest) = inside(folder, &target) else { continue };
                // Anything but a room comes from the folder's own file.
                let used = rest.first().filter(|name| floor(name).is_some()).map_or(door, String::as_str);
                if used != room && floor(used).is_none_or(|used| used >= own) {
                    wrong.push(format!("{}:{line}: {room} uses {used}", source.path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that do not point down:\n{}", wrong.join("\n"));
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let paths = entries.map(|entry| folder.join(entry.unwrap().file_name()));
    paths
        .flat_map(|path| match path.extension() {
            None => rust_files(&path),
            Some(ending) if ending == "rs" && !path.ends_with("build.rs") => vec![path],
            Some(_) => Vec::new(),
        })
        .collect()
}

/// A path's part inside that folder.
fn inside<'a>(folder: &str, path: &'a [String]) -> Option<&'a [String]> {
    match path {
        _ if folder.is_empty() => Some(path),
        [first, rest @ ..] if first == folder => Some(rest),
        _ => None,
    }
}

struct Source {
    path: PathBuf,
    /// Without the folder `src`: `["db", "pool"]`, or `["db", "mod"]`.
    module: Vec<String>,
    /// Without comments and unit tests, which look where they like.
    code: String,
}

impl Source {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path)).unwrap();
        let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap();
        let code =
            code.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect();
        let module = path.with_extension("");
        let module = module.iter().skip(1).map(|part| part.to_str().unwrap().to_owned()).collect();
        Self { path, module, code }
    }

    /// The room of a folder that it belongs to.
    fn room(&self, folder: &str) -> Option<&str> {
        inside(folder, &self.module)?.first().map(String::as_str)
    }

    /// All that it names by `crate::` or `super::`, with the line.
    fn arrows(&self) -> Vec<(usize, Vec<String>)> {
        let mut arrows = Vec::new();
        let is_part =
            |at: usize| self.code[..at].ends_with(|c: char| c.is_alphanumeric() || "_:$".contains(c));
        for (at, word) in self.code.match_indices("crate::").chain(self.code.match_indices("super::")) {
            if is_part(at) {
                continue;
            }
            let from = match word {
                "crate::" => Vec::new(),
                _ => self.parent(),
            };
            self.follow(at + word.len(), &from, &mut arrows);
        }
        arrows
    }

    fn parent(&self) -> Vec<String> {
        let is_door = self.module.last().is_some_and(|name| name == "mod");
        self.module[..self.module.len() - if is_door { 2 } else { 1 }].to_vec()
    }

    /// Reads a path to its end, braces included, and returns the place reached.
    fn follow(&self, mut at: usize, from: &[String], arrows: &mut Vec<(usize, Vec<String>)>) -> usize {
        let blank = |at: usize| self.code[at..].len() - self.code[at..].trim_start().len();
        if self.code[at..].starts_with('{') {
            at += 1;
            loop {
                at += blank(at);
                if self.code[at..].starts_with('}') {
                    return at + 1;
                }
                at = self.follow(at, from, arrows);
                at += blank(at);
                at += usize::from(self.code[at..].starts_with(','));
            }
        }
        let is_name = |c: char| c.is_alphanumeric() || "_*".contains(c);
        let name: String = self.code[at..].chars().take_while(|c| is_name(*c)).collect();
        let line = self.code[..at].lines().count().max(1);
        at += name.len().max(1);
        let path: Vec<String> = match name.as_str() {
            "super" => from[..from.len() - 1].to_vec(),
            "self" => from.to_vec(),
            _ => [from, &[name]].concat(),
        };
        if self.code[at..].starts_with("::") && self.code[at + 2..].starts_with(|c| is_name(c) || c == '{') {
            return self.follow(at + 2, &path, arrows);
        }
        if let Some(renamed) = self.code[at..].strip_prefix(" as ") {
            at += " as ".len() + renamed.chars().take_while(|c| is_name(*c)).count();
        }
        arrows.push((line, path));
        at
    }
}
