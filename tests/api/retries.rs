//! Transactions that may succeed at another try are tried again, but only so often.

use std::collections::HashSet;

use serde_json::json;

use crate::support::{Figures, Stage, assert_is, at_once, id_of};

/// Lets the changes of details fail with that code, that many times. `tries` counts the attempts.
fn let_fail(stage: &Stage, sqlstate: &str, times: u32) {
    stage.database().execute(&format!(
        "drop sequence if exists public.tries cascade;
         create sequence public.tries;
         create or replace function public.fail() returns trigger language plpgsql security definer as $f$ begin
           if nextval('public.tries') <= {times} then
             raise exception using message = 'not this time', errcode = '{sqlstate}';
           end if;
           return new; end $f$;
         drop trigger if exists fail on core.case_details;
         create trigger fail before insert on core.case_details for each row execute function public.fail()"
    ));
}

fn tries(stage: &Stage) -> i64 {
    stage.database().count("select last_value from public.tries", &[])
}

#[test]
fn a_transient_failure_is_tried_again_and_the_change_is_made_once() {
    let stage = Stage::alone();
    let officer = stage.officer();
    for (sqlstate, times) in [("40001", 1), ("40P01", 2), ("42883", 2), ("26000", 1)] {
        let case = officer.create_case();
        let path = format!("/api/cases/{}", id_of(&case));
        let before = Figures::of(&officer);
        let_fail(&stage, sqlstate, times);
        assert_eq!(officer.patch(&path, json!({"notes": "n"})).succeeded(200)["version"], 2);
        assert_eq!(tries(&stage), i64::from(times) + 1);
        let audit = officer.get(&format!("{path}/audit")).succeeded(200);
        assert_eq!(audit["pagination"]["total"], 2);

        let after = Figures::of(&officer);
        for counter in ["retries_total", "database_errors_total"] {
            let sample = format!("{counter}{{sqlstate=\"{sqlstate}\"}}");
            assert_is(after.grown_since(&before, &sample), times);
        }
        assert_is(after.grown_since(&before, "database_seconds_count{function=\"update_case\"}"), 1);
    }
}

#[test]
fn a_repeated_failure_is_tried_three_times_and_answered_with_503() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let case = officer.create_case();
    let path = format!("/api/cases/{}", id_of(&case));
    for sqlstate in ["40001", "40P01", "26000"] {
        let before = Figures::of(&officer);
        let_fail(&stage, sqlstate, 100);
        officer.patch(&path, json!({"notes": "n"})).refused(503, "UNAVAILABLE");
        assert_eq!(tries(&stage), 3, "{sqlstate}");
        let after = Figures::of(&officer);
        assert_is(after.grown_since(&before, &format!("retries_total{{sqlstate=\"{sqlstate}\"}}")), 2);
        assert_is(
            after.grown_since(&before, &format!("database_errors_total{{sqlstate=\"{sqlstate}\"}}")),
            3,
        );
    }
    let_fail(&stage, "40001", 0);
    assert_eq!(officer.patch(&path, json!({"notes": "n"})).succeeded(200)["version"], 2);
}

#[test]
fn a_permanent_failure_is_tried_once() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    for (sqlstate, status) in [
        ("55P03", 503),
        ("57014", 503),
        ("53300", 503),
        ("23505", 409),
        ("22003", 400),
        ("JCVAL", 400),
        ("0A000", 500),
    ] {
        let before = Figures::of(&officer);
        let_fail(&stage, sqlstate, 100);
        let answer = officer.request("PATCH", &path).json(&json!({"notes": "n"})).run();
        assert_eq!((answer.status, tries(&stage)), (status, 1), "{sqlstate}: {}", answer.text);
        let after = Figures::of(&officer);
        assert_is(
            after.grown_since(&before, &format!("database_errors_total{{sqlstate=\"{sqlstate}\"}}")),
            1,
        );
        after.assert_not_counted_since(&before, &format!("retries_total{{sqlstate=\"{sqlstate}\"}}"));
    }
}

/// The server's connections to the database.
fn connections(stage: &Stage) -> HashSet<i32> {
    let sql =
        "select pid from pg_stat_activity where datname = current_database() and usename = 'casefile_api'";
    stage.database().superuser().query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
}

/// A defect of one function, or a deadlock, is no reason to reopen all connections.
#[test]
fn a_repeated_failure_costs_one_connection_at_most() {
    let stage = Stage::alone();
    let officer = stage.officer();
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    for (sqlstate, status) in [("42883", 500), ("XX000", 500), ("40P01", 503), ("0A000", 500)] {
        at_once(6, |_| officer.get(&path).succeeded(200));
        let_fail(&stage, sqlstate, 100);
        let before = connections(&stage);
        assert!(before.len() > 2, "{before:?}");
        let answer = officer.request("PATCH", &path).json(&json!({"notes": "n"})).run();
        assert_eq!(answer.status, status, "{sqlstate}: {}", answer.text);
        assert!(before.difference(&connections(&stage)).count() <= 1, "{sqlstate}");
    }
}
