//! Compares the objects of a database with the sources, by the queries of scripts/check-drift.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use tokio_postgres::{Client, Error};

use super::report::Report;
use crate::{facts, hex::hex};

macro_rules! catalogue {
    ($name:literal) => {
        concat!(
            "select kind::text || ' ' || object::text, coalesce(definition::text, '') from (\n",
            include_str!("../../scripts/lib/drift/catalogue/scope.sql"),
            include_str!(concat!("../../scripts/lib/drift/catalogue/", $name)),
            "\n) as facts"
        )
    };
}
/// With the first major version of PostgreSQL that has what it asks for.
const CATALOGUE: [(i32, &str); 6] = [
    (0, catalogue!("tables.sql")),
    (0, catalogue!("objects.sql")),
    (0, catalogue!("privileges.sql")),
    (0, catalogue!("roles.sql")),
    (0, catalogue!("comments.sql")),
    (15, catalogue!("parameters.sql")),
];
/// The login of the clusters of clones, where databases are LOCAL or TEST.
const LOCAL: &str = "membership adoption in casefile_api";

/// The objects that write and reread the audit trail.
const AUDIT: [&str; 2] = ["function ", "trigger "];

pub async fn check(client: &Client, report: &mut Report) -> Result<(), Error> {
    compare(client, |_| true, report).await
}

/// Functions and triggers alone: control of the database is enough to change those that look for faults.
pub async fn check_audit(client: &Client, report: &mut Report) -> Result<(), Error> {
    compare(client, |name| AUDIT.iter().any(|kind| name.starts_with(kind)), report).await
}

async fn compare(client: &Client, is_asked: impl Fn(&str) -> bool, report: &mut Report) -> Result<(), Error> {
    let expected: BTreeMap<_, _> = facts::expected().collect();
    let mut actual = actual(client, &expected).await?;
    actual.retain(|name, _| is_asked(name));
    let expected: BTreeMap<_, _> = expected.into_iter().filter(|(name, _)| is_asked(name)).collect();
    for (name, definition) in &expected {
        match actual.get(*name) {
            None => report.found("privileges", "missing", &[("what", (*name).to_owned())]),
            Some(actual) if is_same(name, definition, actual) => {}
            Some(_) => report.found("privileges", "changed", &[("what", (*name).to_owned())]),
        }
    }
    for name in actual.keys().filter(|name| !expected.contains_key(name.as_str())) {
        report.found("privileges", "not in the sources", &[("what", name.clone())]);
    }
    report.checked("facts", expected.len() as u64);
    Ok(())
}

async fn actual(client: &Client, expected: &BTreeMap<&str, &str>) -> Result<BTreeMap<String, String>, Error> {
    client.batch_execute("set search_path = ''; set jit = off").await?;
    let roles: Vec<&str> = expected.keys().filter_map(|name| name.strip_prefix("role ")).collect();
    let major =
        client.query_one("select current_setting('server_version_num')::integer / 10000", &[]).await?;
    let kind = "select exists (select from auth.database_kind where kind in ('LOCAL', 'TEST'))";
    let is_local: bool = client.query_one(kind, &[]).await?.get(0);
    let mut facts = BTreeMap::new();
    for (since, query) in CATALOGUE {
        if major.get::<_, i32>(0) >= since {
            facts.extend(client.query(query, &[&roles]).await?.iter().map(|row| (row.get(0), row.get(1))));
        }
    }
    if is_local {
        facts.remove(LOCAL);
    }
    Ok(facts)
}

/// PostgreSQL cannot remove an enum's value: one left by a migration that was rolled back is no fault.
fn is_same(name: &str, expected: &str, actual: &str) -> bool {
    if name.starts_with("values of type ") {
        let mut values = actual.split('\n');
        return expected.split("\\n").all(|value| values.any(|other| other == value));
    }
    expected == actual || expected == digest(actual)
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_and_many_things_are_expected() {
        let expected: BTreeMap<_, _> = facts::expected().collect();
        assert!(expected.len() > 1000);
        for name in
            ["role casefile_backup", "what is not read by casefile_backup", "grants on table core.cases"]
        {
            assert!(expected.contains_key(name), "{name}");
        }
    }

    #[test]
    fn a_leftover_of_an_enum_is_no_change() {
        let same = |actual| is_same("values of type core.a", "ONE\\nTWO", actual);
        assert!(same("ONE\nTWO") && same("ONE\nHALF\nTWO"));
        assert!(!same("TWO\nONE") && !same("ONE"));
    }

    #[test]
    fn a_definition_is_compared_by_its_digest() {
        assert!(is_same("function f", &digest("body"), "body"));
        assert!(!is_same("function f", &digest("body"), "other"));
    }
}
