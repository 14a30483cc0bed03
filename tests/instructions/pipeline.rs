//! The path of a request before and after the database.

use casefile::counted::{presented_session, server};
use futures_util::FutureExt;
use poem::{
    Endpoint, Request, Response,
    endpoint::{BoxEndpoint, EndpointExt, make_sync},
    http::{Method, header},
    middleware::CookieJarManager,
};
use tokio::runtime::{Builder, Runtime};

use crate::pieces;

/// A session token, among the cookies that a browser may have for this site.
const COOKIES: &str = "theme=dark; casefile_session=3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; consent=1";

/// A server that has answered before, and a request for it.
struct Asked {
    runtime: Runtime,
    server: BoxEndpoint<'static>,
    request: Request,
}

impl Asked {
    fn new(request: fn() -> Request) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let server = server().unwrap().map_to_response().boxed();
        // The cost of the first request alone.
        runtime.block_on(server.call(request())).unwrap();
        Self { runtime, server, request: request() }
    }

    fn answer(self) -> (Response, Runtime, BoxEndpoint<'static>) {
        let response = self.runtime.block_on(self.server.call(self.request)).unwrap();
        (response, self.runtime, self.server)
    }
}

fn cookies() -> (BoxEndpoint<'static>, Request) {
    let present = make_sync(|request| presented_session(&request).unwrap());
    (present.with(CookieJarManager::new()).boxed(), list())
}

fn health() -> Request {
    Request::builder().uri_str("http://cases.example/api/public/health").finish()
}

/// It is refused just before the database would be asked.
fn list() -> Request {
    Request::builder()
        .uri_str("http://cases.example/api/cases?status=DIRECTIONS&sortBy=nextHearing&page=one")
        .header(header::COOKIE, COOKIES)
        .finish()
}

/// This too.
fn change() -> Request {
    Request::builder()
        .method(Method::PATCH)
        .uri_str("http://cases.example/api/cases/019ab3c4-5d6e-7f80-9a0b-1c2d3e4f5061/status")
        .header(header::COOKIE, COOKIES)
        .header(header::HOST, "cases.example")
        .header(header::ORIGIN, "https://cases.example")
        .header("Idempotency-Key", "7b0c3b0e-6f0d-4f5e-9d37-0f6f3f0a8a11")
        .content_type("application/json")
        .body(r#"{"status":"DIRECTIONS","reason":"All reports are in","version":"two"}"#)
}

pieces! {
    // From the cookies of a request to what the database knows of its session.
    present_session(asked: (BoxEndpoint<'static>, Request) = cookies()) -> (Response, BoxEndpoint<'static>) {
        let (jar, request) = asked;
        (jar.call(request).now_or_never().unwrap().unwrap(), jar)
    }

    answer_health(asked: Asked = Asked::new(health)) -> (Response, Runtime, BoxEndpoint<'static>) {
        asked.answer()
    }

    refuse_list(asked: Asked = Asked::new(list)) -> (Response, Runtime, BoxEndpoint<'static>) {
        asked.answer()
    }

    refuse_change(asked: Asked = Asked::new(change)) -> (Response, Runtime, BoxEndpoint<'static>) {
        asked.answer()
    }
}
