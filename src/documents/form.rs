//! A form with files, taken in as it arrives: its texts into memory, its files to the disk.

use std::time::Duration;

use poem::Body;
use poem_openapi::types::ParseFromParameter;
use tokio::time::timeout;

use super::{multipart::Parts, spooled_file::SpooledFile};
use crate::{
    error::Failure,
    field_error::{FieldCode, FieldError},
    reason::Reason,
    values::{Kind, Text},
};

const TEXT_LIMIT: usize = 1024 * 1024;
const PARTS: usize = 64;
/// Ten files of 20 MiB over a line of 1 Mbit/s.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// The contents of the form.
pub struct Fields {
    texts: Vec<(String, String)>,
    pub files: Vec<SpooledFile>,
}

impl Fields {
    /// The text of that name, if there is one.
    pub fn text<K: Kind>(&self, name: &str) -> Result<Option<Text<K>>, FieldError> {
        let text = self.texts.iter().find(|(known, _)| known == name);
        text.map(|(name, text)| storable(name, text)).transpose()
    }
}

/// A text that the database can take.
pub fn storable<K: Kind>(field: &str, text: &str) -> Result<Text<K>, FieldError> {
    Text::parse_from_parameter(text).map_err(|error| FieldError::unreadable(field, error.message()))
}

/// Reads the form to its end: at most so many files in parts of the one name, and the texts of the other names.
/// Parts with other names are ignored, like unknown fields of a JSON body.
pub async fn read_form(
    body: Body,
    boundary: &str,
    (file_name, file_limit): (&str, usize),
    text_names: &[&str],
) -> Result<Fields, Failure> {
    timeout(PATIENCE, read_parts(body, boundary, (file_name, file_limit), text_names)).await.unwrap_or_else(
        |_| Err(Failure::about(Reason::IncompleteBody, "body", "The body did not arrive in time")),
    )
}

async fn read_parts(
    body: Body,
    boundary: &str,
    (file_name, file_limit): (&str, usize),
    text_names: &[&str],
) -> Result<Fields, Failure> {
    let mut parts = Parts::of(body, boundary);
    let mut fields = Fields { texts: Vec::new(), files: Vec::new() };
    let mut room_for_text = TEXT_LIMIT;

    for _ in 0..PARTS {
        let Some(mut part) = parts.next().await? else { return Ok(fields) };
        let name = part.field().name().unwrap_or_default().to_owned();
        if name == file_name {
            if fields.files.len() == file_limit {
                let message = format!("The form may have at most {file_limit} of {file_name}");
                return Err(Failure::invalid(file_name, FieldCode::TooMany, message));
            }
            fields.files.push(SpooledFile::receive(&mut part).await?);
        } else if text_names.contains(&name.as_str()) {
            let text = part.text(&mut room_for_text).await?;
            let text = String::from_utf8(text).map_err(|_| {
                Failure::invalid(&name, FieldCode::InvalidCharacter, format!("{name} is not UTF-8 text"))
            })?;
            fields.texts.push((name, text));
        } else {
            while part.next().await?.is_some() {}
        }
    }
    Err(Failure::about(Reason::MalformedForm, "body", format!("The form has more than {PARTS} parts")))
}
