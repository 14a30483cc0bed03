//! DOCX: an archive, opened without ever taking in more than it may hold.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufReader, Read},
};

use zip::{
    ZipArchive,
    read::{ArchiveOffset, Config},
    result::ZipResult,
};

use super::{archive::EndRecord, content_types};

const ENTRIES: u16 = 10_000;
const DIRECTORY: u32 = 2 * 1024 * 1024;
/// The maximum total size of the parts.
const CONTENT: u64 = 256 * 1024 * 1024;
const CONTENT_TYPES: u64 = 1024 * 1024;

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
    let (mut left, mut main_part, mut parts) = (CONTENT, None, HashSet::new());

    for index in 0..archive.len() {
        let mut part = archive.by_index(index)?;
        let name = part_name(&part.name()?);
        let size = part.size();
        if size > left {
            return Ok(false);
        }
        left -= size;

        let mut read = 0;
        if name == "[content_types].xml" {
            let mut types = Vec::new();
            read += (&mut part).take(CONTENT_TYPES).read_to_end(&mut types)? as u64;
            main_part = content_types::main_part(&types).map(|name| part_name(&name));
        }
        parts.insert(name);
        // To the end, where a checksum that differs from the directory is an error.
        read += io::copy(&mut part.take(size.saturating_add(1) - read), &mut io::sink())?;
        if read != size {
            return Ok(false);
        }
    }
    Ok(main_part.is_some_and(|name| parts.contains(&name)))
}

/// For comparing parts: some programs write backslashes, and case makes no difference.
fn part_name(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}
