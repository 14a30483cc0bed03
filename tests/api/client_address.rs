//! The origin of a denied request, in the security audit.

use serde_json::json;

use crate::support::{Client, Database, Server, Stage, id_of};

/// For a case without earlier refusals: equal ones share one row.
fn recorded(database: &Database, officer: &Client, client: &Client, forwarded: &str) -> String {
    let request = client.request("GET", &format!("/api/cases/{}", id_of(&officer.create_case())));
    let answer = request.header("X-Forwarded-For", forwarded).send();
    let sql = "select client_address::text from audit.refusals where request_id = $1";
    let id = answer.request_id();
    answer.refused(403, "FORBIDDEN");
    database.superuser().query_one(sql, &[&id]).unwrap().get(0)
}

#[test]
fn forwarded_addresses_count_from_trusted_proxies_only() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let stranger = stage.stranger("ADOPTER");
    let database = stage.database();
    assert_eq!(recorded(database, &officer, &stranger, "198.51.100.7"), "127.0.0.1");

    let environment =
        [("APP_ENV", "TEST"), ("AUTH_MODE", "mock"), ("TRUSTED_PROXIES", "127.0.0.0/8, 10.0.0.1")];
    let behind_proxy = Server::start_with(&database.url, &environment);
    let stranger = stranger.at(&behind_proxy);
    for (forwarded, address) in [
        ("198.51.100.7", "198.51.100.7"),
        ("6.6.6.6, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        ("nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("2001:db8::7", "2001:db8::7"),
    ] {
        assert_eq!(recorded(database, &officer, &stranger, forwarded), address, "{forwarded}");
    }
    assert_eq!(stranger.get("/api/cases").succeeded(200)["cases"], json!([]));
}
