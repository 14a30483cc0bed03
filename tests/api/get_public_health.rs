use serde_json::json;

use crate::support::Stage;

#[test]
fn anybody_is_told_that_the_server_is_up_and_nothing_more() {
    let stage = Stage::new();
    assert_eq!(stage.visitor().get("/api/public/health").succeeded(200), json!({"status": "ok"}));
}
