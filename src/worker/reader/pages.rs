use std::time::Instant;

use crate::worker::error::{Blame, JobError};

/// The pages of one document that are looked at as pictures.
const MOST_PICTURES: usize = 200;
/// Between pages, as pdftotext and Tesseract have it.
pub const END_OF_PAGE: char = '\u{c}';

/// The text that was read from a document.
pub struct Text {
    pub content: String,
    pub page_count: i32,
    pub pages_read: i32,
}

/// The pages of a document as they are read: an unreadable page does not spoil the others.
pub struct Pages {
    text: String,
    count: usize,
    read: usize,
    pictures: usize,
    until: Instant,
    failure: Option<JobError>,
}

impl Pages {
    pub fn new(until: Instant) -> Self {
        Self { text: String::new(), count: 0, read: 0, pictures: 0, until, failure: None }
    }

    /// Whether there is patience left for another picture. A page that takes too long is the last one.
    pub fn takes_picture(&mut self) -> bool {
        self.pictures += 1;
        self.pictures <= MOST_PICTURES
            && Instant::now() < self.until
            && self.failure.as_ref().is_none_or(|failure| failure.blame != Blame::DocumentForGood)
    }

    pub fn add(&mut self, text: &str) {
        self.leave_out(text);
        self.read += 1;
    }

    /// The text of a page that was not read, or not fully.
    pub fn leave_out(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push(END_OF_PAGE);
        self.count += 1;
    }

    /// A page that could not be read, unless that is not its fault.
    pub fn fail(&mut self, text: &str, error: JobError) -> Result<(), JobError> {
        if error.blame == Blame::Surroundings {
            return Err(error);
        }
        self.leave_out(text);
        if self.failure.is_none() || error.blame == Blame::DocumentForGood {
            self.failure = Some(error);
        }
        Ok(())
    }

    /// A failure, if nothing at all was read because of one.
    pub fn finish(self) -> Result<Text, JobError> {
        match self.failure {
            Some(error) if self.text.trim().is_empty() => Err(error),
            _ => Ok(Text {
                content: self.text,
                page_count: i32::try_from(self.count).unwrap_or(i32::MAX),
                pages_read: i32::try_from(self.read).unwrap_or(i32::MAX),
            }),
        }
    }
}
