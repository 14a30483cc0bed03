//! The guide at /docs, and the reference. It comes whole with this server: a page asks no other host for anything.

mod asset;
mod markdown;
mod page;
mod reasons;
mod request;
mod tables;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use poem::{
    Endpoint, Request, Response,
    endpoint::make,
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::OpenApiService;
use serde_json::Value;

use self::{
    asset::{Asset, Keep},
    page::{CHANGELOG, NO_PAGE, PAGES},
    request::Writes,
};
use crate::{
    config::{AuthMode, Config, Environment},
    error::Failure,
    http::accept::prefers,
};

/// Scripts and styles are files of this server. Swagger UI has pictures in its style.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);
/// A picture has its style within.
const PICTURE_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");

const STYLE: &str = include_str!("../../../openapi/guide/style.css");
const SCRIPT: &str = include_str!("../../../openapi/guide/script.js");
const REFERENCE_STYLE: &str = include_str!("../../../openapi/guide/reference.css");
const REFERENCE_SCRIPT: &str = include_str!("../../../openapi/guide/reference.js");
const STATUSES: &str = include_str!("../../../db/docs/statuses.svg");
const SAMPLE: &[u8] = include_bytes!("../../../scripts/demo-order.pdf");

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JSON: &str = "application/json";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The differences between servers.
#[derive(Clone, Copy)]
struct Server {
    /// The words by which pages choose what to say.
    kinds: [&'static str; 2],
    writes: Writes,
}

impl Server {
    fn of(config: &Config) -> Self {
        let writes = if config.environment == Environment::Prod { Writes::Shown } else { Writes::Sent };
        Self::new(config.auth_mode, writes)
    }

    fn new(auth_mode: AuthMode, writes: Writes) -> Self {
        let kinds = match (auth_mode, writes) {
            (AuthMode::Mock, _) => ["mock", "trial"],
            (AuthMode::Oidc, Writes::Sent) => ["oidc", "trial"],
            (AuthMode::Oidc, Writes::Shown) => ["oidc", "real"],
            (AuthMode::None, _) => ["none", ""],
        };
        Self { kinds, writes }
    }
}

/// Everything under /docs, and the document itself: made at the first request for any of it.
pub fn endpoint(config: &Config, document: fn() -> Value) -> impl Endpoint + use<> {
    let server = Server::of(config);
    let site = Arc::new(OnceLock::new());
    make(move |request: Request| {
        let site = Arc::clone(&site);
        async move {
            let site = site.get_or_init(|| Site::new(server, &document()));
            site.answer(&request)
        }
    })
}

struct Site {
    assets: Assets,
    /// For browsers, at any other address.
    no_page: Asset,
}

impl Site {
    fn new(server: Server, document: &Value) -> Self {
        let mut assets = Assets(HashMap::new());
        assets.add("/openapi.json", Asset::new(JSON, POLICY, document.to_string()));
        let viewer = OpenApiService::new((), "", "").swagger_ui_html();
        let style = assets.keep("style.css", CSS, STYLE);
        let script = assets.keep("script.js", JAVASCRIPT, SCRIPT);
        let viewer_style =
            within(&viewer, "<style charset=\"UTF-8\">", "</style>").to_owned() + REFERENCE_STYLE;
        let viewer_style = assets.keep("reference.css", CSS, viewer_style);
        let viewer_script = within(&viewer, "<script charset=\"UTF-8\">", "</script>").to_owned();
        let viewer_script = assets.keep("swagger-ui.js", JAVASCRIPT, viewer_script);
        let reference_script = assets.keep("reference.js", JAVASCRIPT, REFERENCE_SCRIPT);
        let sample = assets.keep("order.pdf", "application/pdf", SAMPLE);
        let statuses = assets.picture("statuses.svg", STATUSES);

        let common =
            format!("<link rel=\"stylesheet\" href=\"{style}\">\n<script src=\"{script}\" defer></script>");
        let viewer = format!(
            "<script src=\"{viewer_script}\" defer></script>\n<script src=\"{reference_script}\" defer></script>"
        );
        for page in PAGES.iter().chain([&CHANGELOG]) {
            let text = filled(&markdown::for_server(page.text, &server.kinds), document)
                .replace("{{sample}}", &sample)
                .replace("{{statuses}}", &statuses)
                .replace("{{viewer-style}}", &viewer_style)
                .replace("{{methods}}", methods(server.writes));
            let content = markdown::render(&text, server.writes);
            let head = if page.name == "reference" { format!("{common}\n{viewer}") } else { common.clone() };
            assets.add(&page.address(), Asset::new(HTML, POLICY, page.html(&content, &head)));
        }
        let content = markdown::render(NO_PAGE.text, server.writes);
        Self { assets, no_page: Asset::new(HTML, POLICY, NO_PAGE.html(&content, &common)) }
    }

    fn answer(&self, request: &Request) -> poem::Result<Response> {
        let path = request.uri().path();
        if let Some((asset, keep)) = self.assets.0.get(path) {
            return Ok(asset.answer(*keep));
        }
        let page = if path == "/" { "/docs" } else { path.trim_end_matches('/') };
        if self.assets.0.contains_key(page) {
            return Ok(moved(page));
        }
        if prefers(request.headers(), "text/html") {
            return Ok(missing(&self.no_page));
        }
        Err(Failure::from(StatusCode::NOT_FOUND).into())
    }

    #[cfg(test)]
    fn text(&self, address: &str) -> String {
        self.assets.0[address].0.text()
    }
}

/// By their addresses.
struct Assets(HashMap<String, (Asset, Keep)>);

impl Assets {
    fn add(&mut self, address: &str, asset: Asset) {
        self.0.insert(address.to_owned(), (asset, Keep::Revalidated));
    }

    /// Gives the address of what is kept.
    fn keep(&mut self, name: &str, content_type: &'static str, bytes: impl Into<Bytes>) -> String {
        self.keep_asset(name, Asset::new(content_type, POLICY, bytes))
    }

    fn picture(&mut self, name: &str, picture: &'static str) -> String {
        self.keep_asset(name, Asset::new("image/svg+xml", PICTURE_POLICY, picture))
    }

    fn keep_asset(&mut self, name: &str, asset: Asset) -> String {
        let address = format!("/docs/assets/{}", asset.name(name));
        self.0.insert(address.clone(), (asset, Keep::Forever));
        address
    }
}

/// Nobody keeps it: behind a front end, `/` may be another page one day.
fn moved(address: &str) -> Response {
    Response::builder().status(StatusCode::PERMANENT_REDIRECT).header(header::LOCATION, address).finish()
}

fn missing(page: &Asset) -> Response {
    let mut response = page.answer(Keep::Revalidated);
    response.set_status(StatusCode::NOT_FOUND);
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept"));
    response
}

/// Which methods the reference offers to try.
fn methods(writes: Writes) -> &'static str {
    match writes {
        Writes::Sent => "get head post patch delete",
        Writes::Shown => "get head",
    }
}

/// The text with its tables: each line `{{name}}` is one. In a release, nothing is unreleased.
fn filled(text: &str, document: &Value) -> String {
    let table = |line: &str| {
        let name = line.strip_prefix("{{")?.strip_suffix("}}")?;
        if name == "reasons" { Some(reasons::sections()) } else { tables::table(name, document) }
    };
    let text = text.replace("## Unreleased\n\n## ", "## ");
    text.lines().map(|line| table(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

/// The text between the first `start` and the next `end`.
fn within<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).map_or("", |(_, rest)| rest);
    rest.split_once(end).map_or("", |(within, _)| within)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pages_of_every_kind_of_server_are_filled_in() {
        for mode in [AuthMode::Mock, AuthMode::Oidc, AuthMode::None] {
            for writes in [Writes::Sent, Writes::Shown] {
                let site = Site::new(Server::new(mode, writes), &json!({}));
                for page in PAGES.iter().chain([&CHANGELOG]) {
                    let html = site.text(&page.address());
                    assert!(html.contains("<h1") && !html.contains("{{"), "{} {mode}", page.title);
                }
            }
        }
    }

    #[test]
    fn the_changelog_of_a_release_begins_with_the_release() {
        assert_eq!(filled("## Unreleased\n\n## 1.0.0\n", &Value::Null), "## 1.0.0\n");
        assert_eq!(filled("## Unreleased\n\n- New\n", &Value::Null), "## Unreleased\n\n- New\n");
    }

    #[test]
    fn the_picture_of_the_statuses_has_its_place_before_it_arrives() {
        let page =
            Site::new(Server::new(AuthMode::Mock, Writes::Sent), &json!({})).text("/docs/life-of-a-case");
        let size = within(STATUSES, "xmlns=\"http://www.w3.org/2000/svg\" ", " viewBox=");
        assert!(page.contains(&format!(" {size} alt=\"")), "{size}");
    }

    #[test]
    fn a_server_with_real_cases_is_sent_no_changes() {
        let site = Site::new(Server::new(AuthMode::Oidc, Writes::Shown), &json!({}));
        assert!(site.text("/docs/reference").contains("data-methods=\"get head\""));
        for request in site.text("/docs").split("<div class=\"request\"").skip(1) {
            let reads = request.starts_with(" data-method=\"GET\"");
            assert_eq!(request.contains("<button"), reads, "{request}");
        }
        let trial = Site::new(Server::new(AuthMode::Oidc, Writes::Sent), &json!({}));
        assert!(trial.text("/docs/reference").contains("data-methods=\"get head post patch delete\""));
    }
}
