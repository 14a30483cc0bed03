use serde_json::{Value, json};

use crate::support::{Client, Stage, assign, fields_of, id_of};

#[track_caller]
fn list(client: &Client, query: &str) -> Value {
    client.get(&format!("/api/cases{query}")).succeeded(200)
}

fn ids(list: &Value) -> Vec<&str> {
    list["cases"].as_array().unwrap().iter().map(id_of).collect()
}

/// The ends of the case numbers.
fn numbers(list: &Value) -> Vec<&str> {
    let cases = list["cases"].as_array().unwrap();
    cases.iter().map(|case| case["caseNumber"].as_str().unwrap().rsplit('/').next().unwrap()).collect()
}

#[test]
fn an_empty_list_is_a_list() {
    let stage = Stage::new();
    assert_eq!(
        list(&stage.officer(), ""),
        json!({"cases": [], "pagination": {"total": 0, "page": 1, "pageSize": 20, "totalPages": 0, "totalIsMinimum": false}})
    );
}

#[test]
fn a_listed_case_is_the_case_as_it_is_read_but_for_its_history() {
    let stage = Stage::new();
    let officer = stage.officer();
    let case = officer.create_case_with(json!({"notes": "n", "nextHearing": "2031-01-01T10:00:00Z"}));
    assign(&officer, id_of(&case), "jo", "JUDICIAL");
    officer.change_status(id_of(&case), "ON_HOLD").succeeded(200);
    let mut read = officer.read_case(id_of(&case));
    read.as_object_mut().unwrap().remove("history");
    let listed = list(&officer, "");
    assert_eq!(listed["cases"], json!([read]));
    assert_eq!(fields_of(&read["permissions"]).len(), 5);
    assert_eq!(read["attention"], "normal");
}

#[test]
fn cases_come_newest_first_twenty_to_a_page() {
    let stage = Stage::new();
    let officer = stage.officer();
    let mut created: Vec<_> = (0..23).map(|_| officer.create_case()).collect();
    created.reverse();
    let created: Vec<_> = created.iter().map(id_of).collect();

    let first = list(&officer, "");
    assert_eq!(ids(&first), created[..20]);
    let mut pagination = first["pagination"].clone();
    assert!(
        pagination.as_object_mut().unwrap().remove("nextCursor").is_some_and(|cursor| cursor.is_string())
    );
    assert_eq!(
        pagination,
        json!({"total": 23, "page": 1, "pageSize": 20, "totalPages": 2, "totalIsMinimum": false})
    );

    let second = list(&officer, "?page=2");
    assert_eq!(ids(&second), created[20..]);
    assert_eq!(
        second["pagination"],
        json!({"total": 23, "page": 2, "pageSize": 20, "totalPages": 2, "totalIsMinimum": false})
    );
    let beyond = list(&officer, "?page=3");
    assert_eq!(
        beyond["pagination"],
        json!({"total": 23, "page": 3, "pageSize": 20, "totalPages": 2, "totalIsMinimum": false})
    );
    assert_eq!(beyond["cases"], json!([]));
    assert_eq!(ids(&list(&officer, "?pageSize=100")), created);
    list(&officer, "?page=2147483647&pageSize=100");
}

#[test]
fn a_cursor_leads_through_the_whole_list_in_every_order() {
    let stage = Stage::new();
    let officer = stage.officer();
    for number in 0..7 {
        let hearing = format!("203{}-01-01T10:00:00Z", number % 3);
        let case = officer.create_case_with(if number % 2 == 0 {
            json!({"nextHearing": hearing})
        } else {
            json!({})
        });
        if number % 3 == 0 {
            officer.change_status(id_of(&case), "DIRECTIONS").succeeded(200);
        }
    }
    for key in ["createdAt", "caseNumber", "status", "attention"] {
        for order in ["asc", "desc"] {
            let sorting = format!("sortBy={key}&sortOrder={order}");
            let whole = list(&officer, &format!("?{sorting}&pageSize=100"));
            let mut collected: Vec<String> = Vec::new();
            let mut cursor = String::new();
            for page in 1.. {
                assert!(page <= 4, "{sorting} does not end");
                let some = list(&officer, &format!("?{sorting}&pageSize=2{cursor}"));
                assert_eq!(some["pagination"]["total"], 7);
                assert_eq!(
                    ids(&some),
                    ids(&list(&officer, &format!("?{sorting}&pageSize=2&page={page}"))),
                    "{sorting}"
                );
                collected.extend(ids(&some).into_iter().map(str::to_owned));
                match some["pagination"]["nextCursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(collected, ids(&whole), "{sorting}");
        }
    }
}

#[test]
fn a_filter_that_finds_many_says_how_many_at_least() {
    let stage = Stage::new();
    let officer = stage.officer();
    let create = |cases: i32| {
        stage.database().execute(&format!(
            "do $$
            declare v_ids uuid[] := array(select core.new_id() from generate_series(1, {cases}));
            begin
                insert into core.case_details (case_id, court_code) select unnest(v_ids), '{0}';
                insert into core.cases (id, court_code, case_type) select unnest(v_ids), '{0}', 'AGENCY_ADOPTION';
            end $$",
            stage.court_code
        ));
    };
    let counted = |query: &str| {
        let pagination = list(&officer, query)["pagination"].clone();
        ["total", "totalPages", "totalIsMinimum"].map(|field| pagination[field].clone())
    };
    let by_number = format!("?caseNumber={}", stage.court_code);
    let queries = ["?status=APPLICATION", "?caseType=AGENCY_ADOPTION", "?dateFrom=2020-01-01", &by_number];
    create(1000);
    for query in queries {
        assert_eq!(counted(query), [json!(1000), json!(50), json!(false)], "{query}");
    }
    create(30);
    for query in queries {
        assert_eq!(counted(query), [json!(1000), json!(50), json!(true)], "{query}");
        let last = list(&officer, &format!("{query}&page=52"));
        assert_eq!(ids(&last).len(), 10, "the last page, beyond those that are counted: {query}");
    }
    assert_eq!(counted(""), [json!(1030), json!(52), json!(false)], "how many a whole court has is known");
}

#[test]
fn cursors_that_were_given_before_still_hold() {
    let stage = Stage::new();
    let officer = stage.officer();
    for hearing in [None, Some("2031-01-01T10:00:00.123Z"), None, Some("2030-01-01T10:00:00Z")] {
        officer.create_case_with(json!({"nextHearing": hearing}));
    }
    // As 0.5.0 wrote them, of the second of each list.
    for key in ["createdAt", "caseNumber", "status", "attention"] {
        for order in ["asc", "desc"] {
            let sorting = format!("?sortBy={key}&sortOrder={order}");
            let whole = list(&officer, &sorting);
            let second = ids(&whole)[1];
            let written = stage.database().superuser().query_one(&format!(
                "select translate(encode(convert_to(jsonb_build_array('{key}', '{order}', case '{key}'
                    when 'caseNumber' then c.court_code || to_char(c.number_year, ' 0000') || to_char(c.number_sequence, ' 0000000000 ')
                    when 'status' then to_char(array_position(enum_range(null::core.case_status), c.status), '00 ')
                    when 'attention' then to_char(1e13 - coalesce(extract(epoch from c.next_hearing), 1e13), '00000000000000.000000 ')
                    else ''
                  end || to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), c.id)::text, 'UTF8'), 'base64'),
                  E'+/=\\n', '-_')
                from core.cases as c where c.id = '{second}'"
            ), &[]);
            let cursor: String = written.unwrap().get(0);
            assert_eq!(
                ids(&list(&officer, &format!("{sorting}&cursor={cursor}"))),
                ids(&whole)[2..],
                "{sorting}"
            );
        }
    }
}

#[test]
fn cases_created_meanwhile_shift_nothing_for_a_cursor() {
    let stage = Stage::new();
    let officer = stage.officer();
    for _ in 0..4 {
        officer.create_case();
    }
    let first = list(&officer, "?pageSize=2");
    officer.create_case();
    let cursor = first["pagination"]["nextCursor"].as_str().unwrap();
    assert_eq!(numbers(&list(&officer, &format!("?pageSize=2&cursor={cursor}"))), ["00002", "00001"]);
}

#[test]
fn a_list_is_sorted_as_requested() {
    let stage = Stage::new();
    let officer = stage.officer();
    let hearings =
        [None, Some("2031-05-01T10:00:00Z"), Some("2030-05-01T10:00:00Z"), Some("1965-05-01T10:00:00Z")];
    for hearing in hearings {
        officer.create_case_with(json!({"nextHearing": hearing}));
    }
    let all = list(&officer, "");
    let at = |number: &str| {
        let case = all["cases"]
            .as_array()
            .unwrap()
            .iter()
            .find(|case| case["caseNumber"].as_str().unwrap().ends_with(number));
        id_of(case.unwrap()).to_owned()
    };
    officer.change_status(&at("00001"), "ON_HOLD").succeeded(200);
    officer.change_status(&at("00003"), "DIRECTIONS").succeeded(200);

    for (query, expected) in [
        ("sortBy=createdAt", ["00004", "00003", "00002", "00001"]),
        ("sortBy=createdAt&sortOrder=asc", ["00001", "00002", "00003", "00004"]),
        ("sortOrder=asc", ["00001", "00002", "00003", "00004"]),
        ("sortBy=caseNumber&sortOrder=asc", ["00001", "00002", "00003", "00004"]),
        ("sortBy=caseNumber&sortOrder=desc", ["00004", "00003", "00002", "00001"]),
        ("sortBy=status&sortOrder=asc", ["00002", "00004", "00003", "00001"]),
        ("sortBy=status&sortOrder=desc", ["00001", "00003", "00004", "00002"]),
        ("sortBy=attention", ["00004", "00003", "00002", "00001"]),
        ("sortBy=attention&sortOrder=asc", ["00001", "00002", "00003", "00004"]),
    ] {
        assert_eq!(numbers(&list(&officer, &format!("?{query}"))), expected, "{query}");
    }
}

#[test]
fn numbers_beyond_99999_sort_as_numbers() {
    let stage = Stage::new();
    let officer = stage.officer();
    officer.create_case();
    stage.database().execute(&format!(
        "alter table core.case_number_series disable trigger tg_case_number_series__in_use;
        update core.case_number_series set last_number = 99998 where court_code = '{}';
        alter table core.case_number_series enable always trigger tg_case_number_series__in_use",
        stage.court_code
    ));
    for _ in 0..2 {
        officer.create_case();
    }
    assert_eq!(numbers(&list(&officer, "?sortBy=caseNumber&sortOrder=asc")), ["00001", "99999", "100000"]);
}

#[test]
fn filters_choose_by_status_type_and_the_beginning_of_the_number() {
    let stage = Stage::new();
    let officer = stage.officer();
    let agency = officer.create_case();
    let foster = officer.create_case_with(json!({"caseType": "FOSTER_TO_ADOPT"}));
    officer.change_status(id_of(&foster), "ON_HOLD").succeeded(200);
    let number = agency["caseNumber"].as_str().unwrap();
    let encoded = number.replace('/', "%2F");

    for (query, expected) in [
        ("status=ON_HOLD", vec!["00002"]),
        ("status=APPLICATION", vec!["00001"]),
        ("status=ADJOURNED", vec![]),
        ("caseType=FOSTER_TO_ADOPT", vec!["00002"]),
        ("caseType=AGENCY_ADOPTION&status=ON_HOLD", vec![]),
        ("caseType=AGENCY_ADOPTION&status=APPLICATION", vec!["00001"]),
        (&format!("caseNumber={encoded}"), vec!["00001"]),
        (&format!("caseNumber={}", number.to_lowercase()), vec!["00001"]),
        (&format!("caseNumber={}", stage.court_code), vec!["00002", "00001"]),
        ("caseNumber=%25", vec![]),
        ("caseNumber=_", vec![]),
        ("caseNumber=%27%20or%20true%20--", vec![]),
    ] {
        let found = list(&officer, &format!("?{query}"));
        assert_eq!(numbers(&found), expected, "{query}");
        assert_eq!(found["pagination"]["total"], expected.len(), "{query}");
    }
}

#[test]
fn days_are_those_of_london_and_the_last_one_counts() {
    let stage = Stage::new();
    let officer = stage.officer();
    // In summer London is an hour ahead: the 1st of July begins at 23:00 on the 30th of June.
    for hearing in [
        "2031-06-30T22:59:59.999Z",
        "2031-06-30T23:00:00Z",
        "2031-07-01T22:59:59.999Z",
        "2031-07-01T23:00:00Z",
    ] {
        officer.create_case_with(json!({"nextHearing": hearing}));
    }
    for (query, expected) in [
        ("dateFrom=2031-07-01&dateTo=2031-07-01", vec!["00003", "00002"]),
        ("dateFrom=2031-07-01", vec!["00004", "00003", "00002"]),
        ("dateTo=2031-06-30", vec!["00001"]),
        ("dateFrom=2031-07-02&dateTo=2031-06-01", vec![]),
    ] {
        assert_eq!(numbers(&list(&officer, &format!("?{query}"))), expected, "{query}");
    }
    let without_hearing = stage.next_court().officer();
    let case = without_hearing.create_case();
    let today = &case["createdAt"].as_str().unwrap()[..10];
    let tomorrow_at_most = list(&without_hearing, "?dateTo=2100-01-01");
    assert_eq!(tomorrow_at_most["pagination"]["total"], 1, "where no hearing is fixed, the creation counts");
    assert_eq!(list(&without_hearing, "?dateTo=2020-01-01")["pagination"]["total"], 0);
    assert_eq!(list(&without_hearing, &format!("?dateFrom={today}"))["pagination"]["total"], 1);
}

#[test]
fn a_parameter_that_means_nothing_is_refused_by_its_name() {
    let stage = Stage::new();
    let officer = stage.officer();
    for (field, value) in [
        ("page", "0"),
        ("page", "-1"),
        ("page", "abc"),
        ("page", "99999999999999"),
        ("page", "1.5"),
        ("page", "%20"),
        ("page", ""),
        ("pageSize", "0"),
        ("pageSize", "101"),
        ("pageSize", "-1"),
        ("pageSize", "1e1"),
        ("status", "OPEN"),
        ("status", "on_hold"),
        ("status", "%27"),
        ("caseType", "ADOPTION"),
        ("dateFrom", "2026-02-30"),
        ("dateFrom", "01/02/2026"),
        ("dateFrom", "2026-1-1"),
        ("dateFrom", "now"),
        ("dateTo", "2026-13-01"),
        ("dateTo", "2026-01-01T00:00:00Z"),
        ("dateTo", "-2026-01-01"),
        ("dateTo", "infinity"),
        ("sortBy", "id"),
        ("sortBy", "createdAt;drop"),
        ("sortOrder", "up"),
        ("sortOrder", "DESC"),
        ("cursor", "nonsense"),
        ("cursor", "%F0%9F%8F%9B"),
        ("cursor", "W10"),
        ("cursor", "bnVsbA"),
        ("cursor", "="),
    ] {
        officer.get(&format!("/api/cases?{field}={value}")).refused_field(field);
    }
    let long = "9".repeat(51);
    officer.get(&format!("/api/cases?caseNumber={long}")).refused_field("caseNumber");
    list(&officer, &format!("?caseNumber={}", &long[1..]));
    list(&officer, "?dateFrom=0001-01-01&dateTo=9999-12-31");
}

#[test]
fn a_cursor_is_for_the_order_that_it_came_from() {
    let stage = Stage::new();
    let officer = stage.officer();
    officer.create_case();
    officer.create_case();
    let first = list(&officer, "?pageSize=1");
    let cursor = first["pagination"]["nextCursor"].as_str().unwrap();
    officer.get(&format!("/api/cases?cursor={cursor}&sortOrder=asc")).refused_field("cursor");
    officer.get(&format!("/api/cases?cursor={cursor}&sortBy=status")).refused_field("cursor");
    officer.get(&format!("/api/cases?cursor={}", &cursor[..cursor.len() - 4])).refused_field("cursor");
    list(&officer, &format!("?cursor={cursor}&sortBy=createdAt&sortOrder=desc"));
}

#[test]
fn unknown_parameters_are_ignored() {
    let stage = Stage::new();
    let officer = stage.officer();
    officer.create_case();
    assert_eq!(list(&officer, "?colour=red&_=1700000000")["pagination"]["total"], 1);
}

#[test]
fn a_judge_lists_its_cases_in_whatever_court() {
    let stage = Stage::new();
    let other = stage.next_court();
    let judge = stage.user("JUDGE_LEGAL_ADVISER", json!({}));
    let mut mine = Vec::new();
    for officer in [stage.officer(), other.officer()] {
        let case = officer.create_case();
        officer.create_case();
        assign(&officer, id_of(&case), &judge.user_id, "JUDICIAL");
        mine.insert(0, id_of(&case).to_owned());
    }
    assert_eq!(ids(&list(&judge, "")), mine);
    assert_eq!(list(&judge, &format!("?caseNumber={}", other.court_code))["pagination"]["total"], 1);
    let asc = list(&judge, "?sortOrder=asc&pageSize=1");
    assert_eq!(ids(&asc), mine[1..]);
}
