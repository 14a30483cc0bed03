//! Text from documents: what a PDF says itself, and what Tesseract sees in pictures.

use std::{io, time::Instant};

use tokio::{fs::File, io::AsyncWriteExt};

use super::{error::JobError, toolbox::Toolbox};

const LONGEST_TEXT: u64 = 10 * 1024 * 1024;
/// The pages of one PDF that are looked at as pictures.
const MOST_PICTURES: usize = 200;
/// Of the longer side of a page, in pixels: A4 at 300 dots an inch, and no more for a page of 5 metres.
const SIDE: &str = "3508";
const LARGEST_PICTURE: u64 = 3508 * 3508 + 64;
/// Between pages, as pdftotext and Tesseract have it.
const END_OF_PAGE: char = '\u{c}';

pub struct Reader {
    toolbox: Toolbox,
}

impl Reader {
    pub fn new(toolbox: Toolbox) -> Self {
        Self { toolbox }
    }

    pub async fn read(&self, file: &File, mime_type: &str, until: Instant) -> Result<String, JobError> {
        match mime_type {
            "application/pdf" => self.read_pdf(file, until).await,
            _ if mime_type.starts_with("image/") => self.read_picture(file).await,
            _ => Err(JobError::document(format!("No text can be read from {mime_type}"))),
        }
    }

    async fn read_picture(&self, file: &File) -> Result<String, JobError> {
        let arguments = ["/dev/stdin", "-", "-l", "eng"];
        self.toolbox.run("tesseract", &arguments, file, LONGEST_TEXT).await.map(|output| cleaned(&output))
    }

    /// Page by page: a page without text of its own is looked at as a picture.
    async fn read_pdf(&self, file: &File, until: Instant) -> Result<String, JobError> {
        let output = self.toolbox.run("pdftotext", &["/dev/stdin", "-"], file, LONGEST_TEXT).await?;
        let text = cleaned(&output);
        let pages = text.strip_suffix(END_OF_PAGE).unwrap_or(&text).split(END_OF_PAGE);

        let mut all = String::with_capacity(text.len());
        let (mut pictures, mut left_out) = (0, 0);
        for (number, page) in (1..).zip(pages) {
            if !page.trim().is_empty() {
                all.push_str(page);
            } else if pictures < MOST_PICTURES && Instant::now() < until {
                pictures += 1;
                all.push_str(self.read_page(file, number).await?.trim_end());
            } else {
                left_out += 1;
            }
            all.push(END_OF_PAGE);
        }
        if left_out > 0 {
            let missing = format!("[{left_out} scanned pages of this document were too many to be read.]");
            all.push_str(&missing);
        }
        Ok(all)
    }

    async fn read_page(&self, file: &File, number: usize) -> Result<String, JobError> {
        let number = number.to_string();
        let arguments =
            ["-f", &number, "-l", &number, "-singlefile", "-gray", "-scale-to", SIDE, "/dev/stdin"];
        let picture = self.toolbox.run("pdftoppm", &arguments, file, LARGEST_PICTURE).await?;
        let picture = nameless(&picture).await.map_err(|error| out_of_space(&error))?;
        self.read_picture(&picture).await
    }
}

/// A file that goes with its last user.
async fn nameless(bytes: &[u8]) -> io::Result<File> {
    let mut file = File::from_std(tempfile::tempfile()?);
    file.write_all(bytes).await?;
    file.flush().await?;
    Ok(file)
}

fn out_of_space(error: &io::Error) -> JobError {
    JobError::surroundings(format!("No room for the picture of a page: {error}"))
}

/// As the database takes it.
fn cleaned(output: &[u8]) -> String {
    String::from_utf8_lossy(output).replace('\0', "")
}
