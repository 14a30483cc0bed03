//! In which form an answer goes out: as it is or compressed, with its headers alone, or not again to a client that has it.

use bytes::Bytes;
use poem::{
    Request, Response,
    http::{HeaderValue, Method, StatusCode, header},
};

use super::{
    compression::{Coding, Effort, Favourites},
    entity_tag,
    fixed::Fixed,
};

/// Below this many bytes, headers and the work outweigh what is saved.
const WORTH_IT: usize = 1024;

/// The request's conditions.
pub struct Wanted {
    is_read: bool,
    is_head: bool,
    codings: Favourites,
    if_none_match: Vec<HeaderValue>,
}

impl Wanted {
    pub fn of(request: &Request) -> Self {
        let is_head = request.method() == Method::HEAD;
        Self {
            is_read: is_head || request.method() == Method::GET,
            is_head,
            codings: Favourites::of(request.headers()),
            if_none_match: request.headers().get_all(header::IF_NONE_MATCH).into_iter().cloned().collect(),
        }
    }

    pub async fn give(&self, mut response: Response) -> Response {
        let coded = self.coded(&mut response).await;
        let tag = response.header(header::ETAG).map(str::to_owned);
        if let Some(tag) = &tag
            && self.is_read
            && response.is_success()
            && entity_tag::is_listed(tag, &self.if_none_match)
        {
            forget_body(&mut response);
        }
        if let Some((coding, body)) = coded {
            let tag = tag.and_then(|tag| HeaderValue::from_str(&entity_tag::in_coding(&tag, coding)).ok());
            let headers = response.headers_mut();
            if let Some(tag) = tag {
                headers.insert(header::ETAG, tag);
            }
            if response.status() != StatusCode::NOT_MODIFIED {
                let name = HeaderValue::from_static(coding.name());
                response.headers_mut().insert(header::CONTENT_ENCODING, name);
                response.set_body(body.compressed(coding));
            }
        }
        if self.is_head {
            leave_headers(&mut response).await;
        }
        response
    }

    /// The coding of the answer, and its body, if it is to be compressed.
    async fn coded(&self, response: &mut Response) -> Option<(Coding, Text)> {
        let fixed = response.data::<Fixed>().cloned();
        if fixed.is_none() && !is_json(response) {
            return None;
        }
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if let Some(fixed) = fixed {
            let coding = self.codings.best(Effort::Thorough)?;
            return Some((coding, Text::Compressed(fixed.compressed(coding).await?)));
        }
        let coding = self.codings.best(Effort::Quick)?;
        let text = response.take_body().into_bytes().await.ok()?;
        if text.len() < WORTH_IT {
            response.set_body(text);
            return None;
        }
        Some((coding, Text::Plain(text)))
    }
}

enum Text {
    Compressed(Bytes),
    Plain(Bytes),
}

impl Text {
    fn compressed(self, coding: Coding) -> Bytes {
        match self {
            Self::Compressed(bytes) => bytes,
            Self::Plain(bytes) => coding.compress(&bytes, Effort::Quick).into(),
        }
    }
}

fn is_json(response: &Response) -> bool {
    let essence = response.content_type().and_then(|kind| kind.split(';').next());
    matches!(essence, Some("application/json" | "application/problem+json"))
}

/// The client has it already.
fn forget_body(response: &mut Response) {
    response.set_status(StatusCode::NOT_MODIFIED);
    response.set_body(());
    let headers = response.headers_mut();
    for name in
        [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_RANGE, header::CONTENT_DISPOSITION]
    {
        headers.remove(name);
    }
}

/// Those of the answer to GET, the length of its body included.
async fn leave_headers(response: &mut Response) {
    let body = response.take_body();
    let is_told = response.headers().contains_key(header::CONTENT_LENGTH);
    if !is_told
        && !matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
        && let Ok(bytes) = body.into_bytes().await
    {
        response.headers_mut().insert(header::CONTENT_LENGTH, bytes.len().into());
    }
}
