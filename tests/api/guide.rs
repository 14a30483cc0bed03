//! The guide at /docs: every page is there, leads somewhere, is compressed and kept, and asks no other host.
//! tests/browser/guide.mjs tests how it looks and works in a browser.

use std::collections::BTreeSet;

use crate::support::{Answer, Client, Stage};

const PAGES: [&str; 11] = [
    "/docs",
    "/docs/sign-in",
    "/docs/roles",
    "/docs/life-of-a-case",
    "/docs/documents",
    "/docs/errors",
    "/docs/versions",
    "/docs/lists",
    "/docs/words",
    "/docs/reference",
    "/docs/changelog",
];

/// As browsers send it.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// The addresses that a page links to or loads.
fn addresses(page: &str) -> BTreeSet<String> {
    let values = ["href=\"", "src=\""].map(|attribute| {
        page.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned())
    });
    values.into_iter().flatten().collect()
}

fn assets(visitor: &Client) -> BTreeSet<String> {
    let pages = PAGES.iter().map(|page| visitor.get(page).text);
    let all = pages.flat_map(|page| addresses(&page));
    all.filter(|address| address.starts_with("/docs/assets/")).collect()
}

#[test]
fn every_page_is_html_with_a_title_and_leads_to_all_others() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    for path in PAGES {
        let answer = visitor.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("Content-Type"), Some("text/html; charset=utf-8"), "{path}");
        let page = &answer.text;
        assert!(page.starts_with("<!doctype html>\n<html lang=\"en-GB\">"), "{path}");
        assert!(page.contains("name=\"viewport\""), "{path}");
        assert!(!page.contains("{{"), "{path}: {:?} is not filled in", page.split("{{").nth(1));
        for other in PAGES {
            let current = if other == path { " aria-current=\"page\"" } else { "" };
            assert!(page.contains(&format!("<a href=\"{other}\"{current}>")), "{path} to {other}");
        }
    }
}

#[test]
fn every_link_leads_somewhere_on_this_server() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    for path in PAGES {
        let page = visitor.get(path).text;
        for address in addresses(&page) {
            match address.strip_prefix('#') {
                Some(id) => assert!(page.contains(&format!("id=\"{id}\"")), "{path}: {address}"),
                None if address == "data:," => {}
                None => assert_eq!(visitor.get(&address).status, 200, "{path}: {address}"),
            }
        }
    }
}

#[test]
fn nothing_stands_in_a_page_that_its_policy_forbids() {
    let stage = Stage::new();
    for path in PAGES {
        let page = stage.visitor().get(path).text;
        assert!(
            !page.contains("<style") && !page.contains(" style=\"") && !page.contains(" onclick="),
            "{path}"
        );
        assert!(page.split("<script").skip(1).all(|tag| tag.starts_with(" src=")), "{path}");
    }
}

#[test]
fn browsers_ask_again_for_a_page_but_never_for_an_asset() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    let revalidated = |path: &str| {
        let answer = visitor.get(path);
        let tag = answer.header("ETag").unwrap().to_owned();
        let again = visitor.request("GET", path).header("If-None-Match", &tag).send();
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{path}");
        assert_eq!(again.header("ETag"), Some(&*tag), "{path}");
        assert_eq!(
            visitor.request("GET", path).header("If-None-Match", "\"other\"").send().status,
            200,
            "{path}"
        );
        answer.header("Cache-Control").unwrap().to_owned()
    };
    for path in PAGES.into_iter().chain(["/openapi.json"]) {
        assert_eq!(revalidated(path), "no-cache", "{path}");
    }
    let assets = assets(&visitor);
    assert!(assets.len() >= 7, "{assets:?}");
    for path in &assets {
        assert_eq!(revalidated(path), "public, max-age=31536000, immutable", "{path}");
    }
    assert_eq!(visitor.get("/docs/assets/style-0000000000000000.css").status, 404);
    assert_eq!(visitor.get("/docs/nothing").json["code"], "NOT_FOUND");
}

#[test]
fn an_address_with_a_slash_too_many_leads_to_the_page() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    for (address, page) in [
        ("/".to_owned(), "/docs"),
        ("/docs//".to_owned(), "/docs"),
        ("/docs/?x=//elsewhere.example".to_owned(), "/docs"),
    ]
    .into_iter()
    .chain(PAGES.map(|page| (format!("{page}/"), page)))
    {
        for method in ["GET", "HEAD"] {
            let answer = visitor.request(method, &address).header("Accept", BROWSER).send();
            assert_eq!((answer.status, answer.header("Location")), (308, Some(page)), "{method} {address}");
            assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{address}");
        }
    }
    visitor.get("//elsewhere.example/docs/").refused(404, "NOT_FOUND");
    visitor.request("POST", "/").send().refused(405, "METHOD_NOT_ALLOWED");
}

#[test]
fn a_browser_is_shown_that_there_is_no_such_page_and_a_program_told() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    let page = visitor.get("/docs");
    for address in ["/docs/nothing", "/docs/errors/nothing/", "/docs/assets/style-0000000000000000.css"] {
        let answer = visitor.request("GET", address).header("Accept", BROWSER).run();
        assert_eq!(
            (answer.status, answer.header("Content-Type")),
            (404, page.header("Content-Type")),
            "{address}"
        );
        let text = &answer.text;
        assert!(text.contains("<h1 id=\"no-such-page\">") && text.contains("<a href=\"/docs\">"), "{text}");
        assert!(!text.contains("aria-current") && !text.contains("{{"), "{text}");
        for name in
            ["Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"]
        {
            assert_eq!(answer.header(name), page.header(name), "{name}");
        }
        assert!(answer.list("Vary").contains("Accept,"), "{}", answer.list("Vary"));
        answer.request_id();
        let tag = answer.header("ETag").unwrap();
        let again =
            visitor.request("GET", address).header("Accept", BROWSER).header("If-None-Match", tag).run();
        assert_eq!(again.status, 404, "{address}");
        for accept in
            ["*/*", "application/json", "text/css,*/*;q=0.1", "text/html;q=0.5, application/json", ""]
        {
            let told = visitor.request("GET", address).header("Accept", accept).send();
            told.refused(404, "NOT_FOUND");
        }
    }
    let elsewhere = visitor.request("GET", "/nothing").header("Accept", BROWSER).send();
    elsewhere.refused(404, "NOT_FOUND");
    let head = visitor.request("HEAD", "/docs/nothing").header("Accept", BROWSER).run();
    assert_eq!((head.status, head.bytes.len()), (404, 0));
}

#[test]
fn pages_and_assets_come_compressed_to_those_who_take_it() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    let mut paths = assets(&visitor);
    paths.extend(PAGES.map(str::to_owned));
    paths.insert("/openapi.json".to_owned());
    for path in paths {
        let plain = visitor.get(&path);
        assert_eq!(plain.header("Content-Encoding"), None, "{path}");
        for encoding in ["gzip", "br"] {
            let answer: Answer = visitor.request("GET", &path).header("Accept-Encoding", encoding).send();
            assert_eq!(answer.header("Content-Encoding"), Some(encoding), "{path}");
            assert!(answer.header("Vary").unwrap().contains("Accept-Encoding"), "{path}");
            let (small, large) = (answer.bytes.len(), plain.bytes.len());
            assert!(small < large, "{path} {encoding}: {small} of {large} bytes");
        }
    }
}

#[test]
fn the_pages_say_what_the_database_says() {
    let stage = Stage::new();
    let visitor = stage.visitor();
    let rows = |query: &str| -> Vec<String> {
        let rows = stage.database().superuser().query(query, &[]).unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    };
    let [life, words, roles] = ["life-of-a-case", "words", "roles"]
        .map(|name| visitor.get(&format!("/docs/{name}")).text.replace("<wbr>", ""));
    for name in rows("select name from core.courts where name not like 'Test %'") {
        assert!(words.contains(&format!("<td>{name}</td>")), "{name}");
    }
    let (statuses, _) = life.split_once("id=\"every-change\"").unwrap();
    for status in rows("select unnest(enum_range(null::core.case_status))::text") {
        assert!(
            statuses.contains(&format!("<td><code>{status}</code></td><td>")),
            "{status} is not explained"
        );
    }
    for word in rows(
        "select unnest(enum_range(null::core.case_type))::text union all select unnest(enum_range(null::core.assignment_type))::text",
    ) {
        assert!(words.contains(&format!("<td><code>{word}</code></td>")), "{word} is not explained");
    }
    for role in rows("select unnest(enum_range(null::core.user_role))::text") {
        assert!(roles.contains(&format!("<td><code>{role}</code></td>")), "{role} is not explained");
    }
}
