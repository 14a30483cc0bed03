use std::{io, time::Instant};

use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
};

use super::{
    LONGEST_TEXT, Reader, cleaned,
    pages::{Pages, Text},
    turned,
};
use crate::{
    documents::{Jpeg, tiff_pages},
    worker::error::JobError,
};

/// Of the longer side of a page, in pixels: A4 at 300 dots an inch, and no more for a page of 5 metres.
const SIDE: u32 = 3508;
/// pdftoppm may round up, and says how large the picture is.
const LARGEST_PICTURE: u64 = (SIDE as u64 + 2) * (SIDE as u64 + 2) + 64;

impl Reader {
    pub(super) async fn read_tiff(&self, file: &File, until: Instant) -> Result<Text, JobError> {
        let copy = file.try_clone().await.map_err(|error| unusable(&error))?.into_std().await;
        let count = tiff_pages(io::BufReader::new(copy))
            .map_err(|error| JobError::hopeless(format!("The TIFF cannot be read: {error}")))?
            .len();
        let mut pages = Pages::new(until);
        for number in 0..count {
            if !pages.takes_picture() {
                pages.leave_out("");
                continue;
            }
            match self.read_picture(file, number).await {
                Ok(text) => pages.add(&text),
                Err(error) => pages.fail("", error)?,
            }
        }
        pages.finish()
    }

    /// Upright as EXIF says, and no larger than a page. What EXIF cannot say, pdftoppm does: the picture is
    /// put into a PDF as it is, turned by the page.
    pub(super) async fn read_jpeg(&self, file: &File, until: Instant) -> Result<Text, JobError> {
        let mut copy = file.try_clone().await.map_err(|error| unusable(&error))?;
        let jpeg = Jpeg::read(copy.try_clone().await.map_err(|error| unusable(&error))?.into_std().await)
            .map_err(|error| JobError::document(format!("The JPEG cannot be read: {error}")))?;
        if jpeg.orientation == 1 && jpeg.width.max(jpeg.height) <= SIDE {
            return self.read_only_page(file, until).await;
        }
        let mut bytes = Vec::new();
        copy.rewind().await.map_err(|error| unusable(&error))?;
        copy.read_to_end(&mut bytes).await.map_err(|error| unusable(&error))?;
        let pdf = nameless(&turned::pdf(&jpeg, &bytes)).await?;
        only_page(self.read_page(&pdf, 1).await, until)
    }

    pub(super) async fn read_only_page(&self, file: &File, until: Instant) -> Result<Text, JobError> {
        only_page(self.read_picture(file, 0).await, until)
    }

    /// A page of a PDF, drawn.
    pub(super) async fn read_page(&self, file: &File, number: usize) -> Result<String, JobError> {
        let (number, side) = (number.to_string(), SIDE.to_string());
        let arguments =
            ["-f", &number, "-l", &number, "-singlefile", "-gray", "-scale-to", &side, "/dev/stdin"];
        let picture = self.toolbox.run("pdftoppm", &arguments, file, LARGEST_PICTURE).await?;
        let picture = nameless(&picture).await?;
        self.read_picture(&picture, 0).await
    }

    async fn read_picture(&self, file: &File, number: usize) -> Result<String, JobError> {
        let page = format!("tessedit_page_number={number}");
        let segmentation = self.segmentation(file, &page).await?;
        let arguments = ["/dev/stdin", "-", "-l", "eng", "--psm", segmentation, "-c", &page];
        self.toolbox
            .run("tesseract", &arguments, file, LONGEST_TEXT)
            .await
            .map(|output| cleaned(&output).trim_end().to_owned())
    }
}

fn only_page(text: Result<String, JobError>, until: Instant) -> Result<Text, JobError> {
    let mut pages = Pages::new(until);
    match text {
        Ok(text) => pages.add(&text),
        Err(error) => pages.fail("", error)?,
    }
    pages.finish()
}

/// A file that goes with its last user.
async fn nameless(bytes: &[u8]) -> Result<File, JobError> {
    let mut file = File::from_std(tempfile::tempfile().map_err(|error| unusable(&error))?);
    file.write_all(bytes).await.map_err(|error| unusable(&error))?;
    file.flush().await.map_err(|error| unusable(&error))?;
    Ok(file)
}

fn unusable(error: &io::Error) -> JobError {
    JobError::surroundings(format!("A temporary file cannot be used: {error}"))
}
