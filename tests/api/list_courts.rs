use serde_json::json;

use crate::support::Stage;

#[test]
fn anybody_learns_the_courts_and_may_keep_the_answer() {
    let stage = Stage::new();
    let answer = stage.visitor().get("/api/courts");
    assert_eq!(answer.header("Cache-Control"), Some("public, max-age=300"));
    let answer = answer.succeeded(200);
    let courts = answer["courts"].as_array().unwrap();
    let birmingham = json!({"code": "BFC", "name": "Birmingham Family Court", "region": "Midlands"});
    assert!(courts.contains(&birmingham));
    let names: Vec<_> = courts.iter().map(|court| court["name"].as_str().unwrap()).collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn signed_in_users_may_list_the_courts_as_well() {
    let stage = Stage::new();
    let answer = stage.officer().get("/api/courts").succeeded(200);
    let own = answer["courts"].as_array().unwrap().iter().find(|court| court["name"] == stage.court_name);
    assert!(own.is_some(), "the court of this officer");
}
