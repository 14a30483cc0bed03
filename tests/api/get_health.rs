use crate::support::{Stage, assert_is_timestamp, fields_of};

#[test]
fn a_server_that_reaches_its_database_is_healthy() {
    let stage = Stage::new();
    let body = stage.visitor().get("/api/health").succeeded(200);
    assert_eq!(fields_of(&body), ["services", "status", "timestamp"]);
    assert_eq!(body["status"], "healthy");
    assert_eq!(body["services"]["database"], "connected");
    assert_is_timestamp(&body["timestamp"]);
}
