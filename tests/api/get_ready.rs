use serde_json::json;

use crate::support::Stage;

#[test]
fn a_server_is_ready_as_long_as_its_database_has_what_it_needs() {
    let stage = Stage::alone();
    let visitor = stage.visitor();
    assert_eq!(visitor.get("/ready").succeeded(200), json!({"status": "ready"}));

    // A newer database is fine.
    stage.database().execute("insert into public.schema_migrations (version) values ('29991231000000')");
    visitor.get("/ready").succeeded(200);

    let last = "(select max(version) from public.schema_migrations where version < '2999')";
    stage.database().execute(&format!("delete from public.schema_migrations where version = {last}"));
    visitor.get("/ready").refused(503, "UNAVAILABLE");
    visitor.get("/live").succeeded(200);
}
