//! The pages of a TIFF: directories that each say where the next one is. EXIF data are such a directory, too.

use std::{
    collections::HashSet,
    io::{self, Read, Seek, SeekFrom},
};

/// More are no document of a case.
const PAGES: usize = 2000;
const ENTRIES: u64 = 4096;

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const ORIENTATION: u16 = 274;

/// The fields of a directory about its picture; 0 if absent.
#[derive(Default)]
pub struct Page {
    pub width: u32,
    pub height: u32,
    pub orientation: u32,
}

/// All pages. An error, if they go round in a circle, are absurdly many, or are not in the file.
pub fn pages(file: impl Read + Seek) -> io::Result<Vec<Page>> {
    let mut tiff = Tiff::open(file)?;
    let (mut pages, mut seen) = (Vec::new(), HashSet::new());
    let mut place = tiff.offset()?;
    while place != 0 {
        if pages.len() == PAGES || !seen.insert(place) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its pages have no end"));
        }
        tiff.file.seek(SeekFrom::Start(place))?;
        pages.push(tiff.directory()?);
        place = tiff.offset()?;
    }
    Ok(pages)
}

struct Tiff<F> {
    file: F,
    is_little_endian: bool,
    /// A `BigTIFF` has numbers of 8 bytes where there were 4.
    is_big: bool,
}

impl<F: Read + Seek> Tiff<F> {
    fn open(mut file: F) -> io::Result<Self> {
        let mut head = [0; 4];
        file.rewind()?;
        file.read_exact(&mut head)?;
        let (is_little_endian, is_big) = match &head {
            b"II*\0" => (true, false),
            b"MM\0*" => (false, false),
            b"II+\0" => (true, true),
            b"MM\0+" => (false, true),
            _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no TIFF")),
        };
        if is_big {
            // The size of an offset, and nothing.
            file.read_exact(&mut head)?;
        }
        Ok(Self { file, is_little_endian, is_big })
    }

    fn directory(&mut self) -> io::Result<Page> {
        let count = if self.is_big { self.number(8)? } else { self.number(2)? };
        if count > ENTRIES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a page has too many properties"));
        }
        let mut page = Page::default();
        for _ in 0..count {
            let (tag, kind) = (self.number(2)?, self.number(2)?);
            self.offset()?;
            let field = if self.is_big { 8 } else { 4 };
            // A short number stands at the beginning of its field.
            let width = if kind == 3 { 2 } else { 4 };
            let value = u32::try_from(self.number(width)?).unwrap_or(u32::MAX);
            self.number(field - width)?;
            match u16::try_from(tag) {
                Ok(WIDTH) => page.width = value,
                Ok(HEIGHT) => page.height = value,
                Ok(ORIENTATION) => page.orientation = value,
                _ => {}
            }
        }
        Ok(page)
    }

    /// A place in the file, or a count.
    fn offset(&mut self) -> io::Result<u64> {
        self.number(if self.is_big { 8 } else { 4 })
    }

    fn number(&mut self, width: usize) -> io::Result<u64> {
        let mut bytes = [0; 8];
        let bytes = &mut bytes[..width];
        self.file.read_exact(bytes)?;
        if self.is_little_endian {
            bytes.reverse();
        }
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Of directories with one width each, at 8, 26, 44 and so on, that name these as their next ones.
    fn tiff(nexts: &[u32]) -> Cursor<Vec<u8>> {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        for next in nexts {
            bytes.extend(b"\x01\0\0\x01\x03\0\x01\0\0\0\x07\0\0\0");
            bytes.extend(next.to_le_bytes());
        }
        Cursor::new(bytes)
    }

    #[test]
    fn pages_are_counted_to_the_last() {
        let pages = pages(tiff(&[26, 44, 0])).unwrap();
        assert_eq!(pages.len(), 3);
        assert!(pages.iter().all(|page| page.width == 7 && page.height == 0));
    }

    #[test]
    fn a_page_without_an_end_is_refused() {
        for nexts in [&[8][..], &[26, 8], &[26, 44, 26], &[26], &[4_000_000_000]] {
            assert!(pages(tiff(nexts)).is_err(), "{nexts:?}");
        }
        let many: Vec<_> = (1..=2001).map(|number| 8 + 18 * number).chain([0]).collect();
        assert!(pages(tiff(&many)).is_err());
    }
}
