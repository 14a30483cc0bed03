//! The body of a request. JSON is small, and is taken in before the operation begins. A form with files is handed on as
//! it arrives; the rest that the operation leaves is read afterwards, so that its sender waits for the answer.

use std::{io, sync::Arc};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream, stream::BoxStream};
use poem::{Body, Request, http::header};
use tokio::{
    io::{AsyncReadExt, copy, sink},
    sync::Mutex,
    time::{Duration, timeout},
};

use crate::{documents::is_form, error::Failure, reason::Reason};

const JSON_LIMIT: u64 = 1024 * 1024;
/// The part of an unwanted body that is still read.
const DISCARDED: u64 = 32 * JSON_LIMIT;
/// For all of a JSON body, and for each piece of a form.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body, taken in as far as may be before the operation begins.
pub struct ReceivedBody {
    pub rest: RestOfBody,
    /// Empty for a form, which stays with the request.
    pub json: Vec<u8>,
}

pub async fn receive(request: &mut Request) -> Result<ReceivedBody, Failure> {
    let body = request.take_body();
    if is_form(request) {
        let waits_for_word = request.headers().contains_key(header::EXPECT);
        let rest = RestOfBody(Some(Arc::new(Mutex::new(Arriving::new(body, waits_for_word)))));
        request.set_body(Body::from_bytes_stream(rest.stream()));
        return Ok(ReceivedBody { rest, json: Vec::new() });
    }
    let json = timeout(PATIENCE, read_json(body)).await.unwrap_or_else(|_| {
        Err(Failure::about(Reason::IncompleteBody, "body", "The body did not arrive in time"))
    })?;
    Ok(ReceivedBody { rest: RestOfBody(None), json })
}

async fn read_json(body: Body) -> Result<Vec<u8>, Failure> {
    let incomplete =
        |_| Failure::about(Reason::IncompleteBody, "body", "The body ended too early, or is badly framed");
    let mut body = body.into_async_read();
    let mut bytes = Vec::new();
    (&mut body).take(JSON_LIMIT + 1).read_to_end(&mut bytes).await.map_err(incomplete)?;
    if bytes.len() as u64 > JSON_LIMIT {
        copy(&mut body.take(DISCARDED), &mut sink()).await.map_err(incomplete)?;
        return Err(Reason::PayloadTooLarge.into());
    }
    Ok(bytes)
}

/// The part of a body that the operation did not read.
#[derive(Default)]
pub struct RestOfBody(Option<Arc<Mutex<Arriving>>>);

impl RestOfBody {
    /// Then its body is still arriving.
    pub fn is_form(&self) -> bool {
        self.0.is_some()
    }

    fn stream(&self) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
        stream::unfold(self.0.clone(), |arriving| async move {
            let piece = arriving.as_ref()?.lock().await.next().await?;
            Some((piece, arriving))
        })
    }

    pub async fn discard(self) {
        let Some(arriving) = self.0 else { return };
        let mut arriving = arriving.lock().await;
        let mut read = 0;
        // A client that waits for `100 Continue` sends nothing.
        while !arriving.waits_for_word && read < DISCARDED {
            match arriving.next().await {
                Some(Ok(piece)) => read += piece.len() as u64,
                _ => return,
            }
        }
    }
}

struct Arriving {
    pieces: BoxStream<'static, io::Result<Bytes>>,
    /// The sender has sent `Expect: 100-continue`, and no word has gone out, which the first read sends.
    waits_for_word: bool,
    is_over: bool,
}

impl Arriving {
    fn new(body: Body, waits_for_word: bool) -> Self {
        let pieces = body.into_bytes_stream().map(|piece| piece.map_err(io::Error::other)).boxed();
        Self { pieces, waits_for_word, is_over: false }
    }

    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if self.is_over {
            return None;
        }
        self.waits_for_word = false;
        let piece = timeout(PATIENCE, self.pieces.next())
            .await
            .unwrap_or_else(|_| Some(Err(io::Error::new(io::ErrorKind::TimedOut, "it does not go on"))));
        self.is_over = !matches!(piece, Some(Ok(_)));
        piece
    }
}
