//! Findings on standard output, one line each; progress on standard error.

use std::{
    iter,
    time::{Duration, Instant},
};

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::output::say;

const BETWEEN_SIGNS: Duration = Duration::from_secs(5);

pub struct Report {
    command: &'static str,
    json: bool,
    found: u64,
    checked: Map<String, Value>,
    told: Vec<(&'static str, String)>,
    last_sign: Instant,
}

impl Report {
    /// Of that command.
    pub fn new(command: &'static str, json: bool) -> Self {
        Self { command, json, found: 0, checked: Map::new(), told: Vec::new(), last_sign: Instant::now() }
    }

    /// `about` tells of what, name by name.
    pub fn found(&mut self, part: &str, problem: &str, about: &[(&str, String)]) {
        self.found += 1;
        if self.json {
            let mut line =
                Map::from_iter([("part".to_owned(), part.into()), ("problem".to_owned(), problem.into())]);
            line.extend(about.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())));
            say(Value::Object(line));
        } else {
            let about: Vec<_> = about
                .iter()
                .map(|(name, value)| if *name == "what" { value.clone() } else { format!("{name} {value}") })
                .collect();
            say(format_args!("{part}: {problem}: {}", about.join(", ")));
        }
    }

    pub fn checked(&mut self, what: &str, count: u64) {
        let before = self.checked.get(what).and_then(Value::as_u64).unwrap_or_default();
        self.checked.insert(what.to_owned(), (before + count).into());
    }

    /// Additions to the counts at the end.
    pub fn tell(&mut self, name: &'static str, value: String) {
        self.told.push((name, value));
    }

    /// Says now and then how far it has come, and where another run may go on.
    pub fn sign(&mut self, part: &str, last: Option<Uuid>) {
        if self.last_sign.elapsed() < BETWEEN_SIGNS {
            return;
        }
        self.last_sign = Instant::now();
        let on = last.map(|id| format!("; to go on from here: --from {part}:{id}")).unwrap_or_default();
        eprintln!("{}: {}; found: {}{on}", self.command, self.counts(), self.found);
    }

    /// Whether nothing was found.
    pub fn close(self) -> bool {
        if self.json {
            let told = self.told.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into()));
            let mut last: Map<String, Value> = told.collect();
            last.insert("checked".to_owned(), Value::Object(self.checked));
            last.insert("found".to_owned(), self.found.into());
            say(Value::Object(last));
        } else {
            let told = self.told.iter().map(|(name, value)| format!("{name} {value}"));
            let told: Vec<_> = iter::once(self.counts()).chain(told).collect();
            say(format_args!("Checked {}. Found: {}.", told.join(", "), self.found));
        }
        self.found == 0
    }

    fn counts(&self) -> String {
        let counts: Vec<_> = self.checked.iter().map(|(what, count)| format!("{count} {what}")).collect();
        counts.join(", ")
    }
}
