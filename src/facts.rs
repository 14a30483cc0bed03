//! The objects and roles of a database, as scripts/check-drift found them in a freshly migrated one when this version
//! was built.

/// A line each: a name, a tab, and the definition or its SHA-256. Written by scripts/gen-schema.
const EXPECTED: &str = include_str!("../db/facts.tsv");

pub fn expected() -> impl Iterator<Item = (&'static str, &'static str)> {
    EXPECTED.lines().filter_map(|line| line.split_once('\t'))
}

/// The settings that db/roles.sql gives a login, by name.
pub fn settings_of(login: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_login = format!(" of {login}");
    expected().filter_map(move |(name, value)| {
        Some((name.strip_prefix("setting ")?.strip_suffix(of_login.as_str())?, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_of_a_login_are_its_own() {
        let settings: Vec<_> = settings_of("casefile_api").collect();
        assert!(settings.contains(&("statement_timeout", "1500ms")), "{settings:?}");
        assert!(settings.contains(&("TimeZone", "UTC")), "{settings:?}");
        assert_eq!(settings_of("casefile_migrator").filter(|(name, _)| *name == "role").count(), 1);
        assert_eq!(settings_of("api").count(), 0);
    }
}
