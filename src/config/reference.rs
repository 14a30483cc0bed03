//! The variables, as the README shows them.

use std::fmt::Write;

use super::{anchors, database, documents, limits, number::Number, oidc, target, worker};

/// The names, the number that it is if it is one, and what it is for.
type Entry = (&'static str, Option<&'static Number>, &'static str);

const fn number(number: &'static Number) -> Entry {
    (number.name, Some(number), number.meaning)
}

const fn text(name: &'static str, meaning: &'static str) -> Entry {
    (name, None, meaning)
}

/// In the order in which somebody sets up a server.
static VARIABLES: &[Entry] = &[
    text("APP_ENV", "`LOCAL`, `DEV`, `TEST` or `PROD`; without it nothing starts"),
    text(
        "LOCAL_DATABASE_URL, DEV_DATABASE_URL, TEST_DATABASE_URL, PROD_DATABASE_URL",
        "the database of that environment, as the login `casefile_api`; LOCAL has the default `postgresql://adoption:adoption@localhost:5432/adoption`. With `sslmode=verify-full&sslrootcert=/path/to/ca.pem` for TLS, which DEV and PROD demand (or `verify-ca`) unless the host is this machine. A password is percent-encoded. Several hosts (`one:5432,two:5432`) are tried for the one that takes changes, or what `target_session_attrs` says",
    ),
    text("DATABASE_URL", "overrides them"),
    text(
        database::ELSEWHERE,
        "`yes`: the database of LOCAL, where anybody is whoever they say, may be on another machine; `no`",
    ),
    text(
        database::REPLICA,
        "standbys to read from, each named as a host, with the login `casefile_api`; read only while none of them can be behind (see *Reads on standbys*)",
    ),
    number(&database::POOL_SIZE),
    number(&database::POOL_WAIT),
    number(&target::HOST_PATIENCE),
    text(
        database::STATEMENTS,
        "`prepared` (default), or `unprepared` behind a pooler that gives each transaction another connection, such as PgBouncer in transaction mode",
    ),
    text("HOST", "the address to listen on; 127.0.0.1"),
    text("PORT", "and the port; 3001"),
    text(
        "ADMIN_PORT",
        "a second port, of server or worker, for `/live`, `/ready` and `/metrics`; the server then has no `/metrics` on the first",
    ),
    text(
        "AUTH_MODE",
        "`oidc` (people and programs sign in with an identity provider, as OpenID Connect has it), `mock` (anybody is who they say; the default in LOCAL, refused in PROD) or `none`",
    ),
    text("OIDC_ISSUER", "the provider's issuer, as its discovery document writes it"),
    text("OIDC_CLIENT_ID", "the name of this server at the provider"),
    text("OIDC_CLIENT_SECRET", "its secret there"),
    text(
        "OIDC_PRIVATE_KEY_FILE",
        "instead of the secret: a private key in PEM (RSA, P-256 or Ed25519), whose public half the provider has (`private_key_jwt`)",
    ),
    text(
        "OIDC_REDIRECT_URL",
        "where browsers come back to, as the provider has it: `https://cases.example/api/auth/callback`",
    ),
    text(
        "OIDC_LOGGED_OUT_URL",
        "where the provider sends a browser that it has signed out, as the provider has it; left out, it stays there",
    ),
    text(
        "OIDC_AUDIENCE",
        "for whom access tokens of programs are made out (`aud`); without it none is taken",
    ),
    text("OIDC_SCOPES", "what a sign-in asks for; `openid profile`"),
    text("OIDC_ADD_USERS", "`yes`: a claim rule may add a user whom the directory does not know; `no`"),
    number(&oidc::KEYS_SECONDS),
    text(
        "TRUSTED_PROXIES",
        "addresses or networks, comma-separated, whose `X-Forwarded-For` is believed; none by default",
    ),
    text(
        "ALLOWED_ORIGINS",
        "origins, comma-separated, whose pages may use this API from a browser (CORS); its own may always. Cookie requests of others that would change something are refused",
    ),
    number(&limits::CONNECTIONS),
    number(&limits::HEADER_SECONDS),
    number(&limits::REQUEST_SECONDS),
    number(&limits::DRAIN_SECONDS),
    number(&limits::SHUTDOWN_SECONDS),
    number(&limits::LOGINS),
    number(&limits::REQUESTS),
    text("LOG_FORMAT", "`json`, the default in DEV and PROD, or `human`"),
    text("LOG_LEVEL", "`error`, `warn`, `info` (default) or `debug`"),
    text(
        "ACCESS_LOG",
        "`on` (default): each request leaves a line, but for `/live`, `/ready`, `/metrics` and the two of health; `off`: only those that fail on our side (5xx)",
    ),
    text(
        "DOCUMENT_STORE_URL",
        "where documents are: `file:///folder` (in LOCAL by default `.casefile/documents`) or `az://container/prefix`, with the `AZURE_STORAGE_*` variables of the account; the same for server and worker",
    ),
    text(documents::AZURE_KEY, "the key of that account, where the machine is not let in without"),
    text(
        "TMPDIR",
        "where a file waits while it is uploaded, without a name: a disk, not memory, with room for 20 MiB a file",
    ),
    text(
        "LOCAL_WORKER_DATABASE_URL, DEV_WORKER_DATABASE_URL, TEST_WORKER_DATABASE_URL, PROD_WORKER_DATABASE_URL",
        "the worker's database, as the login `casefile_worker`; past any pooler, as the worker listens",
    ),
    text("WORKER_DATABASE_URL", "overrides them"),
    text(
        database::REGISTRAR,
        "for `casefile directory`: the database, as your own login, a member of `casefile_registrar`; to another host with TLS, as above, whatever the environment",
    ),
    text(
        database::MIGRATOR,
        "for `casefile after-restore`: the database, as the login `casefile_migrator`; TLS as for a registrar",
    ),
    text(
        database::BACKUP,
        "for `casefile fsck` and `casefile audit`: the database, as the login `casefile_backup`; TLS as for a registrar",
    ),
    text(
        anchors::PRIVATE,
        "for `casefile audit anchor`: the private key that signs anchors of the audit trail (Ed25519, in PEM)",
    ),
    text(
        anchors::PUBLIC,
        "for `casefile audit verify` and `prove`: its public key in PEM, and below it former ones, whose anchors still count; that of the private key where it is not set",
    ),
    text(
        "DATABASE_URL_FILE, LOCAL_DATABASE_URL_FILE, DEV_DATABASE_URL_FILE, TEST_DATABASE_URL_FILE, PROD_DATABASE_URL_FILE, WORKER_DATABASE_URL_FILE, LOCAL_WORKER_DATABASE_URL_FILE, DEV_WORKER_DATABASE_URL_FILE, TEST_WORKER_DATABASE_URL_FILE, PROD_WORKER_DATABASE_URL_FILE, REGISTRAR_DATABASE_URL_FILE, REPLICA_DATABASE_URL_FILE, MIGRATOR_DATABASE_URL_FILE, BACKUP_DATABASE_URL_FILE, OIDC_CLIENT_SECRET_FILE, AZURE_STORAGE_ACCOUNT_KEY_FILE",
        "instead of the variable without `_FILE`: a file that holds what it would; read again at SIGHUP (see *Change a secret*)",
    ),
    text("CLAMD_ADDRESS", "where clamd answers the worker: `host:port` or a path"),
    text("VIRUS_SCAN", "`off`: documents are served unscanned (`skipped`); in LOCAL and TEST only"),
    number(&worker::LEASE),
];

/// A table in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut table = "| variable | meaning |\n| --- | --- |\n".to_owned();
    for (names, number, meaning) in VARIABLES {
        let names: Vec<_> = names.split(", ").map(|name| format!("`{name}`")).collect();
        let default = number.map(|number| format!("; {}", number.default)).unwrap_or_default();
        let _ = writeln!(table, "| {} | {meaning}{default} |", names.join(", "));
    }
    table
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeSet};

    use super::*;
    use crate::config::{Config, KeyFile, MaintenanceConfig, WorkerConfig, registrar_url};

    #[test]
    fn the_reference_names_what_is_read_and_nothing_else() {
        let read = RefCell::new(BTreeSet::from(["TMPDIR".to_owned()])); // by the crate tempfile
        for environment in ["LOCAL", "DEV", "TEST", "PROD"] {
            let look = |name: &str| {
                read.borrow_mut().insert(name.to_owned());
                match name {
                    "APP_ENV" => Some(environment.to_owned()),
                    "AUTH_MODE" => Some("oidc".to_owned()),
                    "OIDC_ISSUER" => Some("https://id.example".to_owned()),
                    "OIDC_REDIRECT_URL" => Some("https://cases.example/api/auth/callback".to_owned()),
                    "OIDC_CLIENT_ID" | "OIDC_CLIENT_SECRET" => Some("casefile".to_owned()),
                    "DOCUMENT_STORE_URL" => Some("file:///documents".to_owned()),
                    "CLAMD_ADDRESS" => Some("localhost:3310".to_owned()),
                    database::REGISTRAR | database::MIGRATOR | database::BACKUP => {
                        Some("postgresql://a:b@localhost/c".to_owned())
                    }
                    _ if name.ends_with("_DATABASE_URL") && name.starts_with(environment) => {
                        Some("postgresql://a:b@localhost/c".to_owned())
                    }
                    _ => None,
                }
            };
            Config::read(look).unwrap();
            WorkerConfig::read(look).unwrap();
            registrar_url(look).unwrap();
            for name in [database::MIGRATOR, database::BACKUP] {
                MaintenanceConfig::read(name, "", look).unwrap();
            }
            for name in [anchors::PRIVATE, anchors::PUBLIC] {
                assert!(KeyFile::read(name, look).unwrap().is_none());
            }
        }
        let told: BTreeSet<_> =
            VARIABLES.iter().flat_map(|(names, ..)| names.split(", ")).map(str::to_owned).collect();
        assert_eq!(told, read.into_inner());
    }

    #[test]
    fn the_readme_has_the_reference() {
        assert!(
            include_str!("../../README.md").contains(&reference()),
            "put in what `casefile environment` prints"
        );
    }
}
