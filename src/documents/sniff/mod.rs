//! The type of a file, by its content: it must open as that type, and as no other at the same time. Signatures alone
//! would let anything pass that begins with the right three bytes.

mod archive;
mod content_types;
mod docx;

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek},
    os::unix::fs::FileExt,
};

use cfb::CompoundFile;
use imagesize::ImageType;

use self::archive::EndRecord;
use crate::documents::tiff;

const PDF: &[u8] = b"%PDF-";
const ZIP: &[u8] = b"PK\x03\x04";
const DIRECTORY: &[u8] = b"PK\x01\x02";
const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Of a picture, at most: the largest cameras have 200 million, and A3 at 1,200 dots an inch is 280.
const PIXELS: u64 = 300_000_000;

/// Where readers look for the beginning of a PDF, and browsers for HTML.
const HEAD: usize = 1024;
/// Where readers look for the end of a PDF, generously, and of an archive with the longest comment.
const TAIL: usize = 64 * 1024 + 22;

const PDF_TYPE: &str = "application/pdf";
const DOC_TYPE: &str = "application/msword";
const DOCX_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The type of the file, if it is one of those that can be told.
pub fn mime_type(file: &File) -> Option<&'static str> {
    let size = file.metadata().ok()?.len();
    let tail_offset = size.saturating_sub(TAIL as u64);
    let (head, tail) = (read(file, 0, HEAD).ok()?, read(file, tail_offset, TAIL).ok()?);
    let mut ends = EndRecord::all(&tail, tail_offset);

    if let Some(place) = beginning_of_pdf(&head) {
        // Only readers of PDF look at its contents.
        let is_pdf = is_neutral(&head[..place]) && contains(&tail, b"%%EOF");
        return (is_pdf && !ends.any(|end| has_directory(file, &end))).then_some(PDF_TYPE);
    }
    if contains_html(&head) {
        return None;
    }
    if head.starts_with(ZIP) {
        return docx::is_docx(file, ends.next()).then_some(DOCX_TYPE);
    }
    if head.starts_with(COMPOUND_FILE) {
        // An archive may be part of the document, but not stand behind it.
        return (is_doc(file) && !ends.any(|end| end.end == size)).then_some(DOC_TYPE);
    }
    image(file).filter(|_| !ends.any(|end| has_directory(file, &end)))
}

fn read(file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match file.read_at(&mut bytes[filled..], offset + filled as u64)? {
            0 => break,
            count => filled += count,
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// Where a PDF begins: some have the bytes of a mail system before them, or a mark of UTF-8.
fn beginning_of_pdf(head: &[u8]) -> Option<usize> {
    head.windows(PDF.len()).position(|bytes| bytes == PDF)
}

/// Bytes of no other type may be followed by a PDF.
fn is_neutral(bytes: &[u8]) -> bool {
    const OTHERS: [&[u8]; 9] =
        [b"#!", b"MZ", b"\x7fELF", b"%!PS", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*"];
    !OTHERS.iter().any(|other| bytes.starts_with(other))
        && !bytes.starts_with(COMPOUND_FILE)
        && !contains(bytes, b"PK\x03\x04")
        && !contains_html(bytes)
}

/// HTML is HTML behind anything.
fn contains_html(bytes: &[u8]) -> bool {
    let bytes = bytes.to_ascii_lowercase();
    let marks = [&b"<html"[..], b"<!doctype", b"<script", b"<body", b"<iframe", b"<svg"];
    marks.iter().any(|mark| contains(&bytes, mark))
}

fn image(file: &File) -> Option<&'static str> {
    let mut file = BufReader::new(file);
    file.rewind().ok()?;
    let mime_type = match imagesize::reader_type(&mut file).ok()? {
        ImageType::Jpeg => "image/jpeg",
        ImageType::Png => "image/png",
        ImageType::Tiff => "image/tiff",
        _ => return None,
    };
    file.rewind().ok()?;
    let size = imagesize::reader_size(&mut file).ok()?;
    let mut fits = is_picture(size.width as u64, size.height as u64);
    if mime_type == "image/tiff" {
        let pages = tiff::pages(&mut file).ok()?;
        fits &= pages.iter().all(|page| is_picture(page.width.into(), page.height.into()));
    }
    fits.then_some(mime_type)
}

fn is_picture(width: u64, height: u64) -> bool {
    (1..=PIXELS).contains(&width.saturating_mul(height))
}

/// A compound file with Word's own stream in it, and the number of Word 97 and later, or of 6 and 95, at its
/// beginning.
fn is_doc(file: &File) -> bool {
    let Ok(mut parts) = CompoundFile::open(file) else { return false };
    let mut magic = [0; 2];
    parts.open_stream("/WordDocument").and_then(|mut stream| stream.read_exact(&mut magic)).is_ok()
        && [[0xEC, 0xA5], [0xDC, 0xA5]].contains(&magic)
}

/// Whether there is an archive's directory where the record says, counted from either end.
fn has_directory(file: &File, end: &EndRecord) -> bool {
    let from_the_end = end.position.checked_sub(end.directory_size.into());
    [from_the_end, Some(end.directory_offset.into())]
        .into_iter()
        .flatten()
        .any(|place| read(file, place, DIRECTORY.len()).is_ok_and(|bytes| bytes == DIRECTORY))
}

fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}
