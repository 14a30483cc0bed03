//! A test file deep in archives: a scanner that gives up on the way to it, and says OK, lets anything pass.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, ZipWriter, result::ZipResult, write::SimpleFileOptions};

/// Deeper than clamd looks, unless configured otherwise (`MaxRecursion`).
const DEPTH: usize = 20;
/// The test file that every scanner knows, backwards, so that none takes this program for it.
const ELIF_TSET: &[u8] = br"*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\4[PA@%P!O5X";

pub fn archive() -> ZipResult<Vec<u8>> {
    let mut bytes: Vec<u8> = ELIF_TSET.iter().rev().copied().collect();
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for depth in 0..DEPTH {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(if depth == 0 { "test.com" } else { "test.zip" }, options)?;
        archive.write_all(&bytes)?;
        bytes = archive.finish()?.into_inner();
    }
    Ok(bytes)
}
