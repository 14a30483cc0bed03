use serde_json::json;

use crate::support::Stage;

#[test]
fn the_site_has_no_password() {
    let answer = Stage::new().visitor().get("/api/site-access/status").succeeded(200);
    assert_eq!(answer, json!({"required": false, "granted": true}));
}
