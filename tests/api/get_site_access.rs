use serde_json::json;

use crate::support::Stage;

#[test]
fn anybody_is_let_in() {
    let answer = Stage::new().visitor().get("/api/site-access/status").succeeded(200);
    assert_eq!(answer, json!({"required": false, "granted": true}));
}
