//! The setting `synchronous_standby_names`: for which standbys a commit waits.

/// The named standbys, if a commit waits for all of them; otherwise none is certain.
pub fn awaited(setting: &str) -> Option<Vec<String>> {
    let setting = setting.trim();
    let (count, names) = match setting.split_once('(') {
        Some((method, names)) => {
            let words: Vec<_> = method.split_whitespace().collect();
            let count = match words[..] {
                [count] => count,
                [word, count] if word.eq_ignore_ascii_case("first") || word.eq_ignore_ascii_case("any") => {
                    count
                }
                _ => return None,
            };
            (count.parse().ok()?, names.strip_suffix(')')?)
        }
        // Without a number, one of them is enough.
        None => (1, setting),
    };
    let names: Vec<_> = names.split(',').map(plain).collect::<Option<_>>()?;
    (count == names.len()).then_some(names)
}

/// In lower case, as PostgreSQL compares them. A name with a quote or a comma in it is not one that we know.
fn plain(name: &str) -> Option<String> {
    let name = name.trim();
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    is_plain.then(|| name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standby_is_waited_for_where_all_are() {
        for (setting, names) in [
            ("one", &["one"][..]),
            ("FIRST 2 (one, two)", &["one", "two"]),
            ("any 2 (\"One\",two)", &["one", "two"]),
            ("1 (one)", &["one"]),
        ] {
            assert_eq!(awaited(setting).unwrap(), names, "{setting}");
        }
        for setting in [
            "",
            "*",
            "one, two",
            "FIRST 1 (one, two)",
            "ANY 1 (one, two)",
            "FIRST 1 (*)",
            "2 (one)",
            "FIRST 2 (a, \"b,c\")",
        ] {
            assert_eq!(awaited(setting), None, "{setting}");
        }
    }
}
