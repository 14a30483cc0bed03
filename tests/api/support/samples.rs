//! Small files of each kind. No two of a kind are equal, as a case takes the same bytes only once.

use std::{
    io::{Cursor, Write},
    sync::atomic::{AtomicU32, Ordering},
};

use cfb::CompoundFile;
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

fn mark() -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    format!("sample {}", MADE.fetch_add(1, Ordering::Relaxed))
}

pub fn pdf() -> Vec<u8> {
    pdf_of(64)
}

/// A PDF of exactly that many bytes.
pub fn pdf_of(size: usize) -> Vec<u8> {
    let mut bytes = format!("%PDF-1.7\n% {}\n", mark()).into_bytes();
    bytes.resize(size - 6, b' ');
    bytes.extend(b"%%EOF\n");
    bytes
}

pub fn png() -> Vec<u8> {
    let mut bytes =
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89".to_vec();
    bytes.extend(b"\0\0\0\x0dIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82");
    bytes.extend(mark().bytes());
    bytes
}

pub fn jpeg() -> Vec<u8> {
    let comment = mark();
    let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xfe".to_vec();
    bytes.extend(u16::try_from(comment.len() + 2).unwrap().to_be_bytes());
    bytes.extend(comment.bytes());
    bytes.extend(b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0?\0\x37\xff\xd9");
    bytes
}

pub fn tiff() -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0\x02\0".to_vec();
    bytes.extend(b"\0\x01\x03\0\x01\0\0\0\x01\0\0\0\x01\x01\x03\0\x01\0\0\0\x01\0\0\0\0\0\0\0");
    bytes.extend(mark().bytes());
    bytes
}

pub fn doc() -> Vec<u8> {
    let mut parts = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    parts.create_stream("/WordDocument").unwrap().write_all(b"\xec\xa5\xc1\0").unwrap();
    parts.create_stream("/1Table").unwrap().write_all(mark().as_bytes()).unwrap();
    parts.flush().unwrap();
    parts.into_inner().into_inner()
}

pub fn docx() -> Vec<u8> {
    zip(&[("[Content_Types].xml", CONTENT_TYPES.as_bytes()), ("word/document.xml", mark().as_bytes())])
}

pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in entries {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// In hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write;

    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
