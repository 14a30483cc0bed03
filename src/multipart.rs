//! A form with files, taken in as it arrives: its texts into memory, its files to the disk.

use std::{
    error::Error,
    fmt, mem,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Stream, stream};
use multer::{Field, Multipart};
use poem::{Body, Request, http::StatusCode};
use poem_openapi::types::ParseFromParameter;
use tokio::time::timeout;

use crate::{
    error::Failure,
    spooled_file::SpooledFile,
    types::{Kind, Text},
};

/// Ten files of 20 MiB, and as much again as it takes to say what is wrong with one that is larger.
const BODY_LIMIT: usize = 256 * 1024 * 1024;
const TEXT_LIMIT: usize = 1024 * 1024;
/// How much may arrive before a part begins: its headers, or what stands before the first.
const HEAD_LIMIT: usize = 64 * 1024;
const PARTS: usize = 64;
/// Ten files of 20 MiB over a line of 1 Mbit/s.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// What was in the form.
pub struct Fields {
    texts: Vec<(String, String)>,
    pub files: Vec<SpooledFile>,
}

impl Fields {
    /// The text of that name, if there is one.
    pub fn text<K: Kind>(&self, name: &str) -> Result<Option<Text<K>>, Failure> {
        let text = self.texts.iter().find(|(known, _)| known == name);
        text.map(|(name, text)| storable(name, text)).transpose()
    }
}

/// A text that the database can take.
pub fn storable<K: Kind>(field: &str, text: &str) -> Result<Text<K>, Failure> {
    Text::parse_from_parameter(text)
        .map_err(|error| Failure::invalid(field, format!("{field}: {}", error.message())))
}

/// Whether the body of a request is a form with files.
pub fn is_form(request: &Request) -> bool {
    let essence = request.content_type().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("multipart/form-data")
}

/// Reads the form to its end: at most so many files in parts of the one name, and the texts of the other names.
/// Parts of any further name are passed over, as fields of a JSON body are.
pub async fn read(
    body: Body,
    boundary: &str,
    (file_name, file_limit): (&str, usize),
    text_names: &[&str],
) -> Result<Fields, Failure> {
    timeout(PATIENCE, read_parts(body, boundary, (file_name, file_limit), text_names))
        .await
        .unwrap_or_else(|_| Err(Failure::invalid("body", "The body did not arrive in time")))
}

async fn read_parts(
    body: Body,
    boundary: &str,
    (file_name, file_limit): (&str, usize),
    text_names: &[&str],
) -> Result<Fields, Failure> {
    let waiting = Arc::new(AtomicUsize::new(0));
    let mut form = Multipart::new(paced(body.into_bytes_stream(), Arc::clone(&waiting)), boundary);
    let mut fields = Fields { texts: Vec::new(), files: Vec::new() };
    let mut room_for_text = TEXT_LIMIT;

    for _ in 0..PARTS {
        let Some(mut field) = form.next_field().await.map_err(failure)? else { return Ok(fields) };
        waiting.store(0, Ordering::Relaxed);
        let name = field.name().unwrap_or_default().to_owned();
        let mut part = Part { field: &mut field, waiting: &waiting };

        if name == file_name {
            if fields.files.len() == file_limit {
                let message = format!("There may be no more than {file_limit} of {file_name}");
                return Err(Failure::invalid(file_name, message));
            }
            fields.files.push(SpooledFile::receive(&mut part).await?);
        } else if text_names.contains(&name.as_str()) {
            let text = part.text(&mut room_for_text).await?;
            let text = String::from_utf8(text)
                .map_err(|_| Failure::invalid(&name, format!("{name} is not UTF-8")))?;
            fields.texts.push((name, text));
        } else {
            while part.next().await?.is_some() {}
        }
    }
    Err(Failure::invalid("body", format!("The form has more than {PARTS} parts")))
}

/// One part of the form, on its way.
pub struct Part<'a> {
    field: &'a mut Field<'static>,
    waiting: &'a AtomicUsize,
}

impl Part<'_> {
    pub fn field(&self) -> &Field<'static> {
        self.field
    }

    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let piece = self.field.chunk().await.map_err(failure)?;
        self.waiting.store(0, Ordering::Relaxed);
        Ok(piece)
    }

    async fn text(&mut self, room: &mut usize) -> Result<Vec<u8>, Failure> {
        let mut text = Vec::new();
        while let Some(piece) = self.next().await? {
            *room = room.checked_sub(piece.len()).ok_or_else(too_large)?;
            text.extend_from_slice(&piece);
        }
        Ok(text)
    }
}

/// The parser takes in all that there is, again and again until there is nothing for a moment, and keeps what
/// it waits for the end of. So it gets one piece at a time, and only so much for nothing.
fn paced<S, E>(
    body: S,
    waiting: Arc<AtomicUsize>,
) -> impl Stream<Item = Result<Bytes, Refused>> + Send + 'static
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: fmt::Display,
{
    let mut body: Pin<Box<S>> = Box::pin(body);
    let (mut total, mut pauses) = (0, false);
    stream::poll_fn(move |context| {
        if mem::take(&mut pauses) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if waiting.load(Ordering::Relaxed) > HEAD_LIMIT {
            return Poll::Ready(Some(Err(Refused(malformed("the headers of a part are too long")))));
        }
        let Some(piece) = ready!(body.as_mut().poll_next(context)) else { return Poll::Ready(None) };
        pauses = true;
        Poll::Ready(Some(match piece {
            Ok(piece) => {
                total += piece.len();
                waiting.fetch_add(piece.len(), Ordering::Relaxed);
                if total > BODY_LIMIT { Err(Refused(too_large())) } else { Ok(piece) }
            }
            Err(error) => Err(Refused(malformed(&error))),
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
            Err(error) => malformed(&error),
        },
        error => malformed(&error),
    }
}

fn malformed(reason: &(impl fmt::Display + ?Sized)) -> Failure {
    Failure::invalid("body", format!("The form cannot be read: {reason}"))
}

fn too_large() -> Failure {
    let message = "The form is larger than 256 MiB, or its texts than 1 MiB";
    Failure { message: message.to_owned(), ..StatusCode::PAYLOAD_TOO_LARGE.into() }
}
