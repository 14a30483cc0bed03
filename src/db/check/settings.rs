//! Whether the login is as db/roles.sql made it. A setting of a role or a database holds for all later connections, and
//! leaves no other trace.

use std::collections::BTreeMap;

use tokio_postgres::Client;

use crate::{db::connect::reason, facts::settings_of};

/// A setting of this login, or of all: the name, the value, and its owner, as in ALTER.
const SETTINGS: &str = "
    select
      pg_catalog.split_part(s.assignment, '=', 1),
      pg_catalog.substr(s.assignment, pg_catalog.strpos(s.assignment, '=') + 1),
      case d.setrole
        when 0 then case d.setdatabase when 0 then 'role all' else pg_catalog.format('database %I', d.datname) end
        else pg_catalog.format(
          'role %I%s', d.rolname, case when d.setdatabase <> 0 then pg_catalog.format(' in database %I', d.datname) end
        )
      end
    from (
      select setting.*, r.rolname, b.datname
      from pg_catalog.pg_db_role_setting as setting
      join pg_catalog.pg_database as b on b.datname = pg_catalog.current_database()
      join pg_catalog.pg_roles as r on r.rolname = session_user
      where setting.setrole in (0, r.oid) and setting.setdatabase in (0, b.oid)
    ) as d
    cross join unnest(d.setconfig) as s (assignment)
    order by 3, 1";

/// Settings that could change the meaning of a statement, a role or a session, or reveal claims.
const DANGEROUS: [&str; 9] = [
    "role",
    "row_security",
    "search_path",
    "session_preload_libraries",
    "local_preload_libraries",
    "dynamic_library_path",
    "session_replication_role",
    "lo_compat_privileges",
    "TimeZone",
];
const DANGEROUS_KINDS: [&str; 3] = ["debug_print_", "plpgsql.", "casefile."];

/// Logins that take turns with the shipped one have its name plus an ending.
fn is_as_shipped(login: &str, shipped: &str) -> bool {
    login.strip_prefix(shipped).is_some_and(|ending| ending.is_empty() || ending.starts_with('_'))
}

/// Harmless differences, one line each; or a dangerous one.
pub async fn check_settings(client: &Client, shipped: &str) -> Result<Vec<String>, String> {
    let unreadable = |error| format!("The settings of the login cannot be read ({}).", reason(&error));
    let login = client.query_typed("select session_user::text", &[]).await.map_err(unreadable)?;
    let login: String = login.first().map_or(Ok(String::new()), |row| row.try_get(0)).map_err(unreadable)?;
    let rows = client.query_typed(SETTINGS, &[]).await.map_err(unreadable)?;
    let found = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)));
    let found = found.collect::<Result<Vec<(String, String, String)>, _>>().map_err(unreadable)?;
    compare(&login, shipped, &found)
}

fn compare(login: &str, shipped: &str, found: &[(String, String, String)]) -> Result<Vec<String>, String> {
    let expected: BTreeMap<_, _> = settings_of(shipped).collect();
    let own = format!("role {login}");
    let mut differences = Vec::new();
    for (name, value, whose) in found {
        let expected = expected.get(name.as_str()).filter(|_| whose.trim_matches('"') == own);
        if expected == Some(&value.as_str()) {
            continue;
        }
        let shipped = expected.map_or("none".to_owned(), |value| format!("{value:?}"));
        let mend = match expected {
            Some(value) => format!("alter {whose} set {name} = '{value}'"),
            None => format!("alter {whose} reset {name}"),
        };
        let difference = format!(
            "The setting {name} of {whose} is {value:?}, and db/roles.sql has {shipped}. Unless this is intended, run as an administrator: {mend}."
        );
        if is_dangerous(name) {
            return Err(difference);
        }
        differences.push(difference);
    }
    if is_as_shipped(login, shipped) {
        let is_found = |name: &str| found.iter().any(|(other, _, whose)| other == name && *whose == own);
        // Log settings need a superuser.
        let missing = expected.iter().filter(|(name, _)| !name.starts_with("log_") && !is_found(name));
        differences.extend(missing.map(|(name, value)| {
            format!("The login {login} lacks the setting {name} = {value:?}. Apply db/roles.sql as an administrator.")
        }));
    }
    Ok(differences)
}

fn is_dangerous(name: &str) -> bool {
    DANGEROUS.iter().any(|other| other.eq_ignore_ascii_case(name))
        || DANGEROUS_KINDS.iter().any(|kind| name.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(login: &str, found: &[(&str, &str, &str)]) -> Result<Vec<String>, String> {
        let found: Vec<_> =
            found.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
        compare(login, "casefile_api", &found)
    }

    const SHIPPED: [(&str, &str, &str); 5] = [
        ("TimeZone", "UTC", "role casefile_api"),
        ("idle_in_transaction_session_timeout", "5s", "role casefile_api"),
        ("jit", "off", "role casefile_api"),
        ("lock_timeout", "1000ms", "role casefile_api"),
        ("statement_timeout", "1500ms", "role casefile_api"),
    ];

    #[test]
    fn a_login_as_shipped_differs_in_nothing() {
        assert_eq!(compared("casefile_api", &SHIPPED), Ok(vec![]));
        assert_eq!(compared("adoption", &[]), Ok(vec![]));
    }

    #[test]
    fn missing_and_different_settings_are_named() {
        let mut found = SHIPPED;
        found[4].1 = "0";
        let differences = compared("casefile_api", &found[1..]).unwrap();
        assert_eq!(differences.len(), 2);
        assert!(differences[0].contains("alter role casefile_api set statement_timeout = '1500ms'"));
        assert!(differences[1].contains("TimeZone"));
        assert_eq!(compared("casefile_api_b", &[]).unwrap().len(), 5);
        let work_mem = compared("adoption", &[("work_mem", "1GB", "database casefile")]).unwrap();
        assert!(work_mem[0].contains("alter database casefile reset work_mem"), "{work_mem:?}");
    }

    #[test]
    fn settings_that_change_the_meaning_of_statements_are_dangerous() {
        for name in ["role", "search_path", "row_security", "casefile.x", "timezone", "debug_print_plan"] {
            for whose in ["role casefile_api", "role all", "database casefile"] {
                let refused = compared("casefile_api", &[(name, "x", whose)]);
                assert!(
                    refused.unwrap_err().contains(&format!("alter {whose} reset {name}"))
                        || name == "timezone"
                );
            }
        }
    }
}
