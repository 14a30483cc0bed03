//! Hostile addresses, headers, bodies and connections: always answered, never with 5xx.

use serde_json::json;

use crate::support::{Client, Stage, id_of, raw};

const MEGABYTES: usize = 1024 * 1024;

#[track_caller]
fn is_well(stage: &Stage) {
    assert_eq!(stage.visitor().get("/api/health").succeeded(200)["status"], "healthy");
}

/// A JSON object of exactly so many bytes.
fn body_of(length: usize) -> String {
    let empty = json!({"caseType": "AGENCY_ADOPTION", "ignored": ""}).to_string();
    json!({"caseType": "AGENCY_ADOPTION", "ignored": "x".repeat(length - empty.len())}).to_string()
}

#[test]
fn bad_percent_encoding_in_a_path_is_400() {
    let stage = Stage::new();
    let officer = stage.officer();
    let id = id_of(&officer.create_case()).to_owned();
    for bad in ["%00", "%zz", "%", "%2", "%c3%28", "%ff", "a%00b", "%u0041", "%e2%82"] {
        for path in [
            format!("/api/cases/{bad}"),
            format!("/api/cases/{id}/assignments/{bad}"),
            format!("/api/cases/{id}/organisations/{bad}"),
        ] {
            for method in ["GET", "DELETE"] {
                let answer = officer.request(method, &path).send();
                // A path that takes no GET may say so instead.
                assert!(matches!(answer.status, 400 | 405), "{method} {path}: {}", answer.text);
            }
            officer.delete(&path).refused(400, "VALIDATION_ERROR");
        }
    }
    is_well(&stage);
}

#[test]
fn bad_percent_encoding_in_a_query_is_400_and_names_the_parameter() {
    let stage = Stage::new();
    let officer = stage.officer();
    for bad in ["%00", "%zz", "%", "%ff", "a%00b"] {
        for field in [
            "caseNumber",
            "status",
            "caseType",
            "cursor",
            "sortBy",
            "sortOrder",
            "dateFrom",
            "dateTo",
            "page",
            "pageSize",
        ] {
            officer.get(&format!("/api/cases?{field}={bad}")).refused_field(field);
        }
        let fault = if bad.contains("%00") { "NUL" } else { "percent-encoded" };
        let error = officer.get(&format!("/api/cases?status={bad}")).json["error"].to_string();
        assert!(error.contains(fault), "{bad}: {error}");
        officer.get(&format!("/api/cases?{bad}=1")).refused(400, "VALIDATION_ERROR");
        officer.get(&format!("/api/cases?unknown={bad}")).refused(400, "VALIDATION_ERROR");
    }
    is_well(&stage);
}

#[test]
fn ids_that_are_none_are_404() {
    let stage = Stage::new();
    let officer = stage.officer();
    let id = id_of(&officer.create_case()).to_owned();
    let long = "a".repeat(300);
    for bad in [
        "0",
        "-1",
        "null",
        "undefined",
        "'",
        "*",
        "%20",
        "%F0%9F%8F%9B",
        "019ab3c4-5d6e-7f80-9a0b-1c2d3e4f506g",
        &long,
        "%27%3B%20drop%20table%20core.cases%3B--",
    ] {
        for (method, rest) in [
            ("GET", ""),
            ("DELETE", ""),
            ("GET", "/audit"),
            ("GET", "/assignments"),
            ("GET", "/organisations"),
            ("DELETE", "/organisations/x"),
            ("DELETE", "/assignments/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061"),
        ] {
            officer.request(method, &format!("/api/cases/{bad}{rest}")).send().refused(404, "NOT_FOUND");
        }
        officer.patch(&format!("/api/cases/{bad}"), json!({"notes": "x"})).refused(404, "NOT_FOUND");
        officer.patch(&format!("/api/cases/{bad}/status"), json!({"status": "x"})).refused(404, "NOT_FOUND");
        officer.delete(&format!("/api/cases/{id}/assignments/{bad}")).refused(404, "NOT_FOUND");
    }
    is_well(&stage);
}

#[test]
fn a_body_of_exactly_one_mebibyte_is_read_and_a_larger_one_is_413() {
    let stage = Stage::new();
    let officer = stage.officer();
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    officer.request("POST", "/api/cases").json_text(body_of(MEGABYTES)).send().succeeded(201);
    for (method, path) in [
        ("POST", "/api/cases".to_owned()),
        ("PATCH", path.clone()),
        ("PATCH", format!("{path}/status")),
        ("POST", format!("{path}/assignments")),
        ("POST", format!("{path}/organisations")),
        ("POST", "/api/auth/login".to_owned()),
    ] {
        for length in [MEGABYTES + 1, 2 * MEGABYTES, 5 * MEGABYTES] {
            let answer = officer.request(method, &path).json_text(body_of(length)).send();
            assert_eq!(answer.status, 413, "{method} {path} {length}: {}", answer.text);
        }
        let answer = officer.request(method, &path).send_chunked(body_of(2 * MEGABYTES));
        assert_eq!(answer.status, 413, "{method} {path}, without Content-Length: {}", answer.text);
    }
    is_well(&stage);
}

#[test]
fn a_body_without_content_length_is_read() {
    let stage = Stage::new();
    let officer = stage.officer();
    officer.request("POST", "/api/cases").send_chunked(body_of(100)).succeeded(201);
    officer.request("POST", "/api/cases").send_chunked(body_of(MEGABYTES)).succeeded(201);
}

#[test]
fn a_body_that_is_no_utf8_is_400() {
    let stage = Stage::new();
    let officer = stage.officer();
    for bytes in [
        &b"{\"caseType\": \"\xff\"}"[..],
        b"\xff\xfe{\0}\0",
        b"{\"caseType\": \"\xc3\x28\"}",
        b"\0",
        b"\x1f\x8b\x08",
    ] {
        officer.request("POST", "/api/cases").json_text(bytes).send().refused(400, "VALIDATION_ERROR");
    }
    is_well(&stage);
}

#[test]
fn a_body_that_breaks_off_is_answered() {
    let stage = Stage::new();
    let head = "Content-Type: application/json\r\n";
    let chunk = "Transfer-Encoding: chunked\r\n";
    for bytes in [
        raw::post("/api/auth/login", &format!("{head}{chunk}"), b"5\r\n{\"use"),
        raw::post("/api/auth/login", &format!("{head}{chunk}"), b"5\r\n{\""),
        raw::post("/api/auth/login", &format!("{head}{chunk}"), b"zz\r\n{}"),
        raw::post("/api/auth/login", &format!("{head}Content-Length: 500\r\n"), b"{\"username\": \"ada\""),
    ] {
        let answer = raw::exchange_truncated(stage.server().port, &bytes);
        assert_eq!(answer.status, 400, "{}: {}", String::from_utf8_lossy(&bytes), answer.text);
        answer.check_shape();
    }
    is_well(&stage);
}

#[test]
fn requests_that_are_no_http_are_refused() {
    let stage = Stage::new();
    for bytes in [
        "GET /api/health\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET /api/health HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /api/health HTTP/1.1\r\nHost x\r\n\r\n",
        "GET  HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n",
    ] {
        let answer = raw::exchange_truncated(stage.server().port, bytes.as_bytes());
        assert!((400..500).contains(&answer.status), "{bytes}: {} {}", answer.status, answer.text);
    }
    is_well(&stage);
}

#[test]
fn many_and_huge_headers_are_answered() {
    let stage = Stage::new();
    let many = "X-Filler: x\r\n".repeat(5_000);
    let long_path = "x".repeat(100_000);
    for bytes in [
        format!("GET /api/public/health HTTP/1.1\r\nHost: x\r\n{many}\r\n"),
        format!("GET /api/cases?caseNumber={long_path} HTTP/1.1\r\nHost: x\r\n\r\n"),
    ] {
        let answer = raw::exchange(stage.server().port, bytes.as_bytes());
        assert!((400..500).contains(&answer.status), "{} {}", answer.status, answer.text);
    }
    let some = format!("X-Filler: {}\r\n", "x".repeat(100)).repeat(50);
    let huge = format!("X-Filler: {}\r\n", "x".repeat(300_000));
    for headers in [some, huge] {
        let bytes =
            format!("GET /api/public/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
        raw::exchange(stage.server().port, bytes.as_bytes()).succeeded(200);
    }
    is_well(&stage);
}

#[test]
fn headers_that_mean_nothing_do_no_harm() {
    let stage = Stage::new();
    let officer = stage.officer();
    let path = format!("/api/cases/{}", id_of(&officer.create_case()));
    let values: [&[u8]; 6] =
        [b"", b"\xff\xfe", b"'; drop table core.cases; --", b"%00", &[b'x'; 8_000], "🏛".as_bytes()];
    for value in values {
        for name in [
            "X-Request-Id",
            "Accept",
            "Accept-Language",
            "X-Forwarded-For",
            "User-Agent",
            "Origin",
            "Referer",
        ] {
            let answer = officer.request("GET", &path).header(name, value).send();
            assert!(answer.status < 500, "{name}: {}", answer.text);
        }
        for name in ["If-Match", "Content-Type"] {
            let answer =
                officer.request("PATCH", &path).header(name, value).body("{\"notes\": \"x\"}").send();
            assert!((400..500).contains(&answer.status), "{name}: {}", answer.text);
        }
    }
    assert_eq!(officer.read_case(path.rsplit('/').next().unwrap())["version"], 1);
    is_well(&stage);
}

#[test]
fn a_request_with_malformed_cookies_has_no_session() {
    let stage = Stage::new();
    let values: [&[u8]; 8] = [
        b"casefile_session=\xff\xfe",
        b"casefile_session=%00",
        b";;;;",
        b"=",
        b"casefile_session=\"unclosed",
        &[b'x'; 8_000],
        b"casefile_session='; drop table auth.sessions; --",
        b"casefile_session=a; casefile_session=b",
    ];
    for value in values {
        let ask =
            |method: &str, path: &str| stage.visitor().request(method, path).header("Cookie", value).send();
        ask("GET", "/api/protected").refused(401, "AUTH_REQUIRED");
        assert_eq!(ask("GET", "/api/auth/session").succeeded(200)["authenticated"], false);
        ask("POST", "/api/auth/logout").succeeded(200);
    }
    is_well(&stage);
}

#[test]
fn the_cookie_of_another_application_is_none_of_ours_whatever_it_is() {
    let stage = Stage::new();
    let officer = stage.officer();
    let session = officer.cookie.clone().unwrap();
    for other in [&b"name=J\xc3\xbcrgen"[..], b"\xff\xfe", b"a=\"; b=\x80", b"=;"] {
        for cookies in [[other, session.as_bytes()], [session.as_bytes(), other]] {
            let request = stage.visitor().request("GET", "/api/protected");
            request.header("Cookie", cookies.join(&b"; "[..])).send().succeeded(200);
        }
    }
}

#[test]
fn a_bearer_token_is_no_session() {
    let stage = Stage::new();
    for token in ["Bearer x", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.", "Basic YTpi", ""] {
        let answer = stage.visitor().request("GET", "/api/protected").header("Authorization", token).send();
        answer.refused(401, "AUTH_REQUIRED");
    }
    for path in ["/api/protected", "/api/auth/session"] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \u{e9}\r\n\r\n");
        raw::exchange(stage.server().port, request.as_bytes()).refused(401, "AUTH_REQUIRED");
    }
}

#[test]
fn hostile_list_parameters_do_no_harm() {
    let stage = Stage::new();
    let officer = stage.officer();
    officer.create_case();
    let sql = "%27%3B%20drop%20table%20core.cases%3B%20--";
    let long = "x".repeat(5_000);
    for field in
        ["status", "caseType", "dateFrom", "dateTo", "sortBy", "sortOrder", "page", "pageSize", "cursor"]
    {
        for value in [sql, "%F0%9F%8F%9B", "%20", "null", "[]", &long] {
            officer.get(&format!("/api/cases?{field}={value}")).refused_field(field);
        }
    }
    officer.get(&format!("/api/cases?caseNumber={long}")).refused_field("caseNumber");
    for query in [format!("caseNumber={sql}"), "caseNumber=%25".to_owned(), "caseNumber=.*".to_owned()] {
        assert_eq!(
            officer.get(&format!("/api/cases?{query}")).succeeded(200)["pagination"]["total"],
            0,
            "{query}"
        );
    }
    for cursor in forged_cursors(&officer) {
        let answer = officer.get(&format!("/api/cases?cursor={cursor}"));
        assert!(matches!(answer.status, 200 | 400), "{cursor}: {}", answer.text);
    }
    is_well(&stage);
}

/// Cursors of the right form with other contents.
fn forged_cursors(officer: &Client) -> Vec<String> {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};

    officer.create_case();
    let list = officer.get("/api/cases?pageSize=1").succeeded(200);
    let real = list["pagination"]["nextCursor"].as_str().unwrap();
    let place: serde_json::Value = serde_json::from_slice(&BASE64.decode(real).unwrap()).unwrap();
    let mut forged = Vec::new();
    for part in 0..4 {
        for value in [
            json!(null),
            json!("'; drop table core.cases; --"),
            json!({}),
            json!("infinity"),
            json!(1e308),
            json!("x".repeat(2_000)),
        ] {
            let mut place = place.clone();
            place[part] = value;
            forged.push(BASE64.encode(place.to_string()));
        }
    }
    forged.extend(
        [json!({}), json!(17), json!([]), json!(["createdAt", "desc"])]
            .map(|place| BASE64.encode(place.to_string())),
    );
    forged
}
