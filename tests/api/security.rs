//! The powers of the server's own login, and of a browser that acts unasked.

use serde_json::json;

use crate::support::{Server, Stage, id_of};

#[test]
fn the_server_s_login_reads_and_changes_nothing_without_a_session() {
    let stage = Stage::new();
    stage.officer().create_case();
    let mut login = stage.database().as_login();
    let tables: Vec<String> = stage
        .database()
        .superuser()
        .query("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('core', 'audit', 'auth')", &[])
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert!(tables.len() > 10, "{tables:?}");
    for table in &tables {
        for statement in [
            format!("select from {table}"),
            format!("delete from {table}"),
            format!("truncate {table}"),
            format!("insert into {table} default values"),
        ] {
            let error = login.batch_execute(&statement).expect_err(&statement);
            assert_eq!(error.code().unwrap().code(), "42501", "{statement}");
        }
    }
    let granted = stage.database().count(
        "select count(*) from pg_tables, unnest(array['select', 'insert', 'update', 'delete', 'truncate']) as privilege
         where schemaname in ('core', 'audit', 'auth')
           and has_table_privilege('casefile_api', format('%I.%I', schemaname, tablename), privilege)",
        &[],
    );
    assert_eq!(granted, 0, "not only the schema keeps it out");

    for call in [
        "select api.list_cases()",
        "select api.create_case('AGENCY_ADOPTION')",
        "select api.get_protected()",
        "select audit.explain_refusal('get_case', null)",
        "select audit.find_broken_chains()",
        "select core.caller()",
        "set role casefile_owner",
        "set role casefile_migrator",
        "set role postgres",
        "create table public.x ()",
        "update public.schema_migrations set version = 'x'",
        "create schema x",
        "create temporary table cases ()",
    ] {
        let error = login.batch_execute(call).expect_err(call);
        assert_eq!(error.code().unwrap().code(), "42501", "{call}");
    }
}

#[test]
fn the_role_of_one_caller_does_not_remain_for_the_next_request() {
    let stage = Stage::alone();
    let one_connection = [("APP_ENV", "TEST"), ("AUTH_MODE", "mock"), ("DATABASE_POOL_SIZE", "1")];
    let server = Server::start_with(&stage.database().url, &one_connection);
    let officer = stage.officer();
    let case = officer.create_case();
    let adopter = stage.insider("ADOPTER", &officer, id_of(&case)).at(&server);
    let (officer, visitor) = (officer.at(&server), server.client());
    for _ in 0..10 {
        assert_eq!(officer.read_case(id_of(&case)).get("redacted"), None);
        assert_eq!(adopter.read_case(id_of(&case))["redacted"], true);
        visitor.get("/api/cases").refused(401, "AUTH_REQUIRED");
    }
    let kept = stage.database().count(
        "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
        &[],
    );
    assert_eq!(kept, 0);
}

#[test]
fn the_digest_of_a_token_opens_no_session() {
    let stage = Stage::new();
    let officer = stage.officer();
    let digests = stage
        .database()
        .superuser()
        .query("select encode(token_sha256, 'hex'), encode(token_sha256, 'base64') from auth.sessions where user_id = $1", &[&officer.user_id])
        .unwrap();
    let name = officer.cookie.as_ref().unwrap().split('=').next().unwrap();
    for column in 0..2 {
        let mut thief = stage.visitor();
        thief.cookie = Some(format!("{name}={}", digests[0].get::<_, String>(column).trim()));
        thief.get("/api/protected").refused(401, "AUTH_REQUIRED");
    }
}

#[test]
fn tokens_have_nothing_in_common() {
    let stage = Stage::new();
    let mut tokens: Vec<_> = (0..50).map(|_| stage.user("ADOPTER", json!({})).cookie.unwrap()).collect();
    tokens.sort_unstable();
    let start = tokens[0].find('=').unwrap() + 1;
    assert!(tokens.windows(2).all(|pair| pair[0][start..start + 12] != pair[1][start..start + 12]));
}

#[test]
fn a_role_changed_in_the_request_changes_nothing() {
    let stage = Stage::new();
    let case = stage.officer().create_case();
    let adopter = stage.user("ADOPTER", json!({"courtAssignment": stage.court_name}));
    for header in ["X-Role", "X-User-Role", "X-User-Id", "X-Court", "X-Forwarded-User"] {
        let path = format!("/api/cases/{}", id_of(&case));
        adopter.request("GET", &path).header(header, "HMCTS_CASE_OFFICER").send().refused(403, "FORBIDDEN");
    }
    adopter.get(&format!("/api/cases/{}?role=HMCTS_CASE_OFFICER", id_of(&case))).refused(403, "FORBIDDEN");
}

#[test]
fn every_request_on_the_database_carries_its_id_there() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let id = uuid::Uuid::new_v4();
    let mut superuser = stage.database().superuser();
    let mut holding = superuser.transaction().unwrap();
    holding.execute("select from core.cases for update", &[]).unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let path = format!("/api/cases/{}", id_of(&case));
            officer
                .request("PATCH", &path)
                .header("X-Request-Id", id.to_string())
                .json(&json!({"notes": "n"}))
                .send()
        });
        std::thread::sleep(std::time::Duration::from_millis(400));
        let seen: i64 = holding
            .query_one(
                "select count(*) from pg_stat_activity where application_name like '%' || $1 and wait_event_type = 'Lock'",
                &[&id.to_string()],
            )
            .unwrap()
            .get(0);
        holding.commit().unwrap();
        waiting.join().unwrap().succeeded(200);
        assert_eq!(seen, 1);
    });
}
