//! The parts of a form, piece by piece as they arrive.

use std::{
    error::Error,
    fmt, mem,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Poll, ready},
};

use bytes::Bytes;
use futures_util::{Stream, stream};
use multer::{Field, Multipart};
use poem::{Body, Request};

use crate::{error::Failure, reason::Reason};

/// Ten files of 20 MiB, with room to explain that one is too large.
const BODY_LIMIT: usize = 256 * 1024 * 1024;
/// The limit before a part begins: on its headers, or on anything before the first.
const HEAD_LIMIT: usize = 64 * 1024;

/// Whether the body of a request is a form with files.
pub fn is_form(request: &Request) -> bool {
    let essence = request.content_type().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("multipart/form-data")
}

/// The parts of a form, one after the other.
pub struct Parts {
    form: Multipart<'static>,
    waiting: Arc<AtomicUsize>,
}

impl Parts {
    pub fn of(body: Body, boundary: &str) -> Self {
        let waiting = Arc::new(AtomicUsize::new(0));
        let form = Multipart::new(paced(body.into_bytes_stream(), Arc::clone(&waiting)), boundary);
        Self { form, waiting }
    }

    /// The next field, once the previous one was dropped.
    pub async fn next(&mut self) -> Result<Option<Part>, Failure> {
        let Some(field) = self.form.next_field().await.map_err(failure)? else { return Ok(None) };
        self.waiting.store(0, Ordering::Relaxed);
        Ok(Some(Part { field, waiting: Arc::clone(&self.waiting) }))
    }
}

/// One part of the form, on its way.
pub struct Part {
    field: Field<'static>,
    waiting: Arc<AtomicUsize>,
}

impl Part {
    pub fn field(&self) -> &Field<'static> {
        &self.field
    }

    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let piece = self.field.chunk().await.map_err(failure)?;
        self.waiting.store(0, Ordering::Relaxed);
        Ok(piece)
    }

    /// All of it, which takes its share of the room for texts.
    pub async fn text(&mut self, room: &mut usize) -> Result<Vec<u8>, Failure> {
        let mut text = Vec::new();
        while let Some(piece) = self.next().await? {
            *room = room.checked_sub(piece.len()).ok_or_else(too_large)?;
            text.extend_from_slice(&piece);
        }
        Ok(text)
    }
}

/// The parser takes in everything until nothing comes for a moment, and keeps what it waits for the end of. So it gets
/// one piece at a time, and only so much before it yields a piece.
fn paced<S, E>(
    body: S,
    waiting: Arc<AtomicUsize>,
) -> impl Stream<Item = Result<Bytes, Refused>> + Send + 'static
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
{
    let mut body: Pin<Box<S>> = Box::pin(body);
    let (mut total, mut pauses) = (0, false);
    stream::poll_fn(move |context| {
        if mem::take(&mut pauses) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if waiting.load(Ordering::Relaxed) > HEAD_LIMIT {
            let reason = "The form cannot be read: the headers of a part are too long";
            return Poll::Ready(Some(Err(Refused(Failure::about(Reason::MalformedForm, "body", reason)))));
        }
        let Some(piece) = ready!(body.as_mut().poll_next(context)) else { return Poll::Ready(None) };
        pauses = true;
        Poll::Ready(Some(match piece {
            Ok(piece) => {
                total += piece.len();
                waiting.fetch_add(piece.len(), Ordering::Relaxed);
                if total > BODY_LIMIT { Err(Refused(too_large())) } else { Ok(piece) }
            }
            Err(_) => Err(Refused(malformed())),
        }))
    })
}

/// A failure on its way through the parser.
#[derive(Debug)]
struct Refused(Failure);

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.message)
    }
}

impl Error for Refused {}

fn failure(error: multer::Error) -> Failure {
    match error {
        multer::Error::StreamReadFailed(error) => match error.downcast::<Refused>() {
            Ok(refused) => refused.0,
            Err(_) => malformed(),
        },
        _ => malformed(),
    }
}

pub fn malformed() -> Failure {
    Failure::about(
        Reason::MalformedForm,
        "body",
        "The form cannot be read: it is not well formed, or ended too early",
    )
}

fn too_large() -> Failure {
    Failure::new(
        Reason::PayloadTooLarge,
        "The form is larger than 256 MiB, or its texts are larger than 1 MiB",
    )
}
