//! Rules hold when somebody signs in while the directory changes, over connections of their own.

use std::{thread, time::Duration};

use postgres::Client;

use crate::support::{Database, at_once};

const SIGN_IN: &str = "select (auth.log_in_with_claims(sha256('one'), null, jsonb_build_object(
    'iss', 'https://idp.example', 'sub', 'una-subject', 'group', 'judges',
    'iat', floor(extract(epoch from now())) - 10
  ), 'bearer', null, now() + interval '5 minutes', false, null, null, null)).refusal_code";
const CHANGE: &str =
    "select (auth.change_membership(sha256('one'), sha256('two'), 'ADOPTER', null, null)).redirect_url";
const END: &str =
    "select auth.end_membership(m.id)::text from auth.memberships as m where m.ended_at is null";

/// A user who may sign in, by what `entitles` says: a membership or a rule.
fn with_una(entitles: &str) -> Database {
    let database = Database::new();
    database.execute("select auth.add_user('una', 'https://idp.example', 'una-subject', 'Una')");
    database.execute(entitles);
    database
}

fn sessions(database: &Database) -> i64 {
    database.count("select count(*) from auth.sessions", &[])
}

/// A statement's result, or its error's code.
fn ask(client: &mut Client, sql: &str) -> Option<String> {
    match client.query(sql, &[]) {
        Ok(rows) => rows.first().and_then(|row| row.get(0)),
        Err(error) => Some(error.code().map_or_else(|| error.to_string(), |code| code.code().to_owned())),
    }
}

/// The first is done, but not committed before the second waits for it or is done as well.
fn overlap(
    database: &Database,
    first: (&mut Client, &str),
    second: (&mut Client, &str),
) -> [Option<String>; 2] {
    first.0.batch_execute("begin").unwrap();
    let said = ask(first.0, first.1);
    let (client, sql) = second;
    let other = thread::scope(|scope| {
        let asking = scope.spawn(|| ask(client, sql));
        while !asking.is_finished() && database.count(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'", &[]
        ) == 0 {
            thread::sleep(Duration::from_millis(5));
        }
        first.0.batch_execute("commit").unwrap();
        asking.join().unwrap()
    });
    [said, other]
}

/// In either order, and both at once: no session is left.
#[track_caller]
fn leaves_no_session(entitles: &str, change: &str, refused: &str) {
    let database = with_una(entitles);
    let (mut server, mut registrar) = (database.as_login(), database.as_superuser());
    let said = overlap(&database, (&mut server, SIGN_IN), (&mut registrar, change));
    assert_eq!((&said[0], sessions(&database)), (&None, 0), "{change} after the sign-in: {said:?}");

    let database = with_una(entitles);
    let (mut server, mut registrar) = (database.as_login(), database.as_superuser());
    let said = overlap(&database, (&mut registrar, change), (&mut server, SIGN_IN));
    assert_eq!((said[1].as_deref(), sessions(&database)), (Some(refused), 0), "{change} before the sign-in");

    for _ in 0..5 {
        let database = with_una(entitles);
        let said = at_once(8, |number| match number {
            3 => ask(&mut database.as_superuser(), change),
            _ => ask(&mut database.as_login(), SIGN_IN),
        });
        assert_eq!(sessions(&database), 0, "{change} among sign-ins: {said:?}");
    }
}

const JUDGE: &str = "select auth.add_membership('una', 'JUDGE_LEGAL_ADVISER', null, null)";
const RULE: &str =
    "select auth.add_claim_rule('https://idp.example', '{group}', 'judges', 'JUDGE_LEGAL_ADVISER')";

#[test]
fn a_sign_in_cannot_overtake_the_disabling_of_its_user() {
    leaves_no_session(JUDGE, "select auth.change_user('una', null, null, null, false)::text", "JCOFF");
}

#[test]
fn a_sign_in_cannot_overtake_the_end_of_its_membership() {
    leaves_no_session(JUDGE, END, "JCNOM");
}

#[test]
fn a_sign_in_cannot_overtake_the_end_of_its_claim_rule() {
    leaves_no_session(RULE, "select auth.end_claim_rule(r.id)::text from auth.claim_rules as r", "JCNOM");
}

#[test]
fn a_sign_in_cannot_overtake_the_end_of_all_sessions() {
    let end = "select auth.end_sessions('una')::text";
    leaves_no_session(JUDGE, end, "JCEND");

    let database = with_una(JUDGE);
    let (mut server, mut registrar) = (database.as_login(), database.as_superuser());
    let said = overlap(&database, (&mut server, SIGN_IN), (&mut registrar, end));
    assert_eq!(said[1].as_deref(), Some("1"), "the session that was waited for counts");
}

#[test]
fn a_membership_that_ends_cannot_be_chosen() {
    let both = "select auth.add_membership('una', r, null, null) from unnest('{ADOPTER,JUDGE_LEGAL_ADVISER}'::text[]) as r";
    let end = format!("{END} and m.user_role = 'ADOPTER'");
    let signed_in = || {
        let database = with_una(both);
        let id: String = database
            .superuser()
            .query_one("select id::text from auth.memberships where user_role <> 'ADOPTER'", &[])
            .unwrap()
            .get(0);
        let sign_in = SIGN_IN.replace("'bearer', null", &format!("'cookie', '{id}'"));
        assert_eq!(ask(&mut database.as_login(), &sign_in), None);
        assert_eq!(sessions(&database), 1);
        database
    };
    let adopters = "select count(*) from auth.sessions where user_role = 'ADOPTER'";

    let database = signed_in();
    let (mut server, mut registrar) = (database.as_login(), database.as_superuser());
    let said = overlap(&database, (&mut server, CHANGE), (&mut registrar, &end));
    assert_eq!(
        (said[0].as_deref(), database.count(adopters, &[])),
        (Some("/my-cases"), 0),
        "the change first"
    );

    let database = signed_in();
    let (mut server, mut registrar) = (database.as_login(), database.as_superuser());
    let said = overlap(&database, (&mut registrar, &end), (&mut server, CHANGE));
    assert_eq!((said[1].as_deref(), database.count(adopters, &[])), (Some("JCNOM"), 0), "the end first");
    assert_eq!(sessions(&database), 1, "and the session before stays");
}

#[test]
fn the_first_simultaneous_requests_of_a_token_are_all_served_and_open_one_session() {
    let database = with_una(JUDGE);
    for said in at_once(8, |_| ask(&mut database.as_login(), SIGN_IN)) {
        assert_eq!(said, None);
    }
    assert_eq!(sessions(&database), 1);
    assert_eq!(database.count("select count(*) from auth.sign_ins where outcome = 'OPENED'", &[]), 1);
}
