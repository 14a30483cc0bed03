//! DOCX: an archive, opened without ever taking in more than it may hold.

use std::{
    fs::File,
    io::{self, BufReader, Read},
};

use zip::{
    ZipArchive,
    read::{ArchiveOffset, Config},
    result::ZipResult,
};

use super::archive::EndRecord;

const ENTRIES: u16 = 10_000;
const DIRECTORY: u32 = 2 * 1024 * 1024;
/// What all the parts of a document may come to.
const CONTENT: u64 = 256 * 1024 * 1024;
const CONTENT_TYPES: u64 = 1024 * 1024;

const MAIN_PART: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

/// Whether it is a whole document of Word's, and no bomb.
pub fn is_docx(file: &File, end: Option<EndRecord>) -> bool {
    // With a directory that ends where its record begins, readers agree on which directory that is.
    end.is_some_and(|end| {
        end.entries <= ENTRIES
            && end.directory_size <= DIRECTORY
            && u64::from(end.directory_offset) + u64::from(end.directory_size) == end.position
    }) && holds_document(file).unwrap_or(false)
}

fn holds_document(file: &File) -> ZipResult<bool> {
    let from_the_start = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut archive = ZipArchive::with_config(from_the_start, BufReader::new(file))?;
    let (mut left, mut is_word, mut has_document) = (CONTENT, false, false);

    for index in 0..archive.len() {
        let mut part = archive.by_index(index)?;
        let name = part.name()?.into_owned();
        let size = part.size();
        if size > left {
            return Ok(false);
        }
        left -= size;

        let mut read = 0;
        if name == "[Content_Types].xml" {
            let mut types = String::new();
            read += (&mut part).take(CONTENT_TYPES).read_to_string(&mut types)? as u64;
            is_word = types.contains(MAIN_PART);
        }
        has_document |= name == "word/document.xml";
        // To the end, where a checksum that is not what the directory says is an error.
        read += io::copy(&mut part.take(size.saturating_add(1) - read), &mut io::sink())?;
        if read != size {
            return Ok(false);
        }
    }
    Ok(is_word && has_document)
}
