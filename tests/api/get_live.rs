use serde_json::json;

use crate::support::Stage;

#[test]
fn a_process_that_is_up_says_so() {
    let stage = Stage::new();
    assert_eq!(stage.visitor().get("/live").succeeded(200), json!({"status": "live"}));
}
