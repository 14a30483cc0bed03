//! The table of settings, as scripts/deploy/settings.md has it.

use std::fmt::Write;

use super::{anchors, database, documents, limits, number::Number, oidc, target, worker};

/// Each one's names, its number if it is one, and its purpose.
type Entry = (&'static str, Option<&'static Number>, &'static str);

const fn number(number: &'static Number) -> Entry {
    (number.name, Some(number), number.meaning)
}

const fn text(name: &'static str, meaning: &'static str) -> Entry {
    (name, None, meaning)
}

/// In the order of setting up a server.
static VARIABLES: &[Entry] = &[
    text("APP_ENV", "`LOCAL`, `DEV`, `TEST` or `PROD`. Required."),
    text(
        "LOCAL_DATABASE_URL, DEV_DATABASE_URL, TEST_DATABASE_URL, PROD_DATABASE_URL",
        "The database of that environment, as the login `casefile_api`. Default in LOCAL: `postgresql://adoption:adoption@localhost:5432/adoption`. DEV and PROD require TLS, unless the database is on this machine: add `sslmode=verify-full&sslrootcert=/path/to/ca.pem` (or `verify-ca`). Percent-encode the password. The URL may name several hosts (`one:5432,two:5432`); the server uses the one that accepts changes, or the one that `target_session_attrs` asks for.",
    ),
    text("DATABASE_URL", "Overrides the variables above."),
    text(
        database::ELSEWHERE,
        "`yes` allows a LOCAL server, which believes any user name, to use a database on another machine. Default: `no`.",
    ),
    text(
        database::REPLICA,
        "Standbys to read from, each as a host of the URL, with the login `casefile_api`. They are used only while none of them can be behind: see scripts/deploy/hosts.md.",
    ),
    number(&database::POOL_SIZE),
    number(&database::POOL_WAIT),
    number(&target::HOST_PATIENCE),
    text(
        database::STATEMENTS,
        "`prepared` (default) or `unprepared`. Use `unprepared` behind a pooler that may give each transaction another connection, such as PgBouncer in transaction mode.",
    ),
    text("HOST", "The address to listen on. Default: 127.0.0.1."),
    text("PORT", "The port to listen on. Default: 3001."),
    text(
        "ADMIN_PORT",
        "A second port, of the server or a worker, for `/live`, `/ready` and `/metrics`. The server then has no `/metrics` on its first port.",
    ),
    text(
        "AUTH_MODE",
        "`oidc`: people and programs sign in with an identity provider (OpenID Connect). `mock`: the server believes any user name; the default in LOCAL, refused in PROD. `none`: nobody can sign in; the default elsewhere.",
    ),
    text("OIDC_ISSUER", "The provider's issuer, exactly as in its discovery document."),
    text("OIDC_CLIENT_ID", "The client id of this server at the provider."),
    text("OIDC_CLIENT_SECRET", "The client secret of this server at the provider."),
    text(
        "OIDC_PRIVATE_KEY_FILE",
        "Instead of the secret: a file with a private key in PEM (RSA, P-256 or Ed25519). The provider has the public key (`private_key_jwt`).",
    ),
    text(
        "OIDC_REDIRECT_URL",
        "Where browsers return after signing in, as registered at the provider: `https://cases.example/api/auth/callback`.",
    ),
    text(
        "OIDC_LOGGED_OUT_URL",
        "Where the provider sends a browser after signing it out, as registered at the provider. If it is not set, the browser stays at the provider.",
    ),
    text(
        "OIDC_AUDIENCE",
        "The audience (`aud`) that access tokens of programs must have. If it is not set, the server accepts no tokens.",
    ),
    text("OIDC_SCOPES", "The scopes that a sign-in asks for. Default: `openid profile`."),
    text(
        "OIDC_ADD_USERS",
        "`yes` allows a claim rule to add users whom the directory does not know. Default: `no`.",
    ),
    number(&oidc::KEYS_SECONDS),
    text(
        "TRUSTED_PROXIES",
        "Proxies whose `X-Forwarded-For` the server believes: addresses or networks, separated by commas. Default: none.",
    ),
    text(
        "ALLOWED_ORIGINS",
        "Other origins whose pages may use this API from a browser (CORS), separated by commas. The server's own origin may always. A request with a cookie from any other origin is refused if it would change something.",
    ),
    number(&limits::CONNECTIONS),
    number(&limits::HEADER_SECONDS),
    number(&limits::REQUEST_SECONDS),
    number(&limits::DRAIN_SECONDS),
    number(&limits::SHUTDOWN_SECONDS),
    number(&limits::LOGINS),
    number(&limits::REQUESTS),
    text("LOG_FORMAT", "`json` (default in DEV and PROD) or `human`."),
    text("LOG_LEVEL", "`error`, `warn`, `info` (default) or `debug`."),
    text(
        "ACCESS_LOG",
        "`on` (default): a line for each request, except for `/live`, `/ready`, `/metrics` and the two health checks. `off`: a line only for requests that fail on the server's side (5xx).",
    ),
    text(
        "DOCUMENT_STORE_URL",
        "Where documents are stored: `file:///folder`, or `az://container/prefix` with the `AZURE_STORAGE_*` variables of the account. The same for servers and workers. Default in LOCAL: `.casefile/documents`.",
    ),
    text(documents::AZURE_KEY, "The key of that account, unless the machine has access without one."),
    text(
        "TMPDIR",
        "Where a file is kept, without a name, while it is uploaded. Use a disk, not memory, with 20 MiB for each file.",
    ),
    text(
        "LOCAL_WORKER_DATABASE_URL, DEV_WORKER_DATABASE_URL, TEST_WORKER_DATABASE_URL, PROD_WORKER_DATABASE_URL",
        "The worker's database, as the login `casefile_worker`. Connect directly and not through a pooler, because the worker uses LISTEN.",
    ),
    text("WORKER_DATABASE_URL", "Overrides the variables above."),
    text(
        database::REGISTRAR,
        "For `casefile directory`: the database, as your own login, which is a member of `casefile_registrar`. A database on another machine requires TLS in every environment.",
    ),
    text(
        database::MIGRATOR,
        "For `casefile after-restore`: the database, as the login `casefile_migrator`. TLS as for a registrar.",
    ),
    text(
        database::BACKUP,
        "For `casefile fsck` and `casefile audit`: the database, as the login `casefile_backup`. TLS as for a registrar.",
    ),
    text(
        anchors::PRIVATE,
        "For `casefile audit anchor`: a file with the private key that signs anchors of the audit trail (Ed25519, in PEM).",
    ),
    text(
        anchors::PUBLIC,
        "For `casefile audit verify` and `prove`: a file with the public key in PEM, followed by former public keys whose anchors are still valid. Default: the public key that belongs to the private key.",
    ),
    text(
        "DATABASE_URL_FILE, LOCAL_DATABASE_URL_FILE, DEV_DATABASE_URL_FILE, TEST_DATABASE_URL_FILE, PROD_DATABASE_URL_FILE, WORKER_DATABASE_URL_FILE, LOCAL_WORKER_DATABASE_URL_FILE, DEV_WORKER_DATABASE_URL_FILE, TEST_WORKER_DATABASE_URL_FILE, PROD_WORKER_DATABASE_URL_FILE, REGISTRAR_DATABASE_URL_FILE, REPLICA_DATABASE_URL_FILE, MIGRATOR_DATABASE_URL_FILE, BACKUP_DATABASE_URL_FILE, OIDC_CLIENT_SECRET_FILE, AZURE_STORAGE_ACCOUNT_KEY_FILE",
        "Instead of the variable without `_FILE`: a file that contains its value. The programs read it again at SIGHUP: see scripts/deploy/operate.md, *Change a secret*.",
    ),
    text("CLAMD_ADDRESS", "The address of clamd, for the worker: `host:port` or the path of a socket."),
    text(
        "VIRUS_SCAN",
        "`off`: documents are not scanned, and are served with the scan status `skipped`. Allowed in LOCAL and TEST only.",
    ),
    number(&worker::LEASE),
];

/// A table in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut table = "| variable | meaning |\n| --- | --- |\n".to_owned();
    for (names, number, meaning) in VARIABLES {
        let names: Vec<_> = names.split(", ").map(|name| format!("`{name}`")).collect();
        let default = number.map(|number| format!(" Default: {}.", number.default)).unwrap_or_default();
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
    fn the_documentation_has_the_reference() {
        assert!(
            include_str!("../../scripts/deploy/settings.md").contains(&reference()),
            "put the output of `casefile environment` into scripts/deploy/settings.md"
        );
    }
}
