//! The headers of a JPEG: its size, and how the camera was held.

use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

use super::tiff;

const START_OF_SCAN: u8 = 0xDA;
const EXIF: u8 = 0xE1;

#[derive(Debug, Default, PartialEq)]
pub struct Jpeg {
    pub width: u32,
    pub height: u32,
    /// Gray has 1, colours 3, of a printer 4.
    pub components: u8,
    /// How to turn the picture before it is looked at, by EXIF; 1 is not at all.
    pub orientation: u32,
}

impl Jpeg {
    pub fn read(file: impl Read + Seek) -> io::Result<Self> {
        let mut file = BufReader::new(file);
        let mut jpeg = Self { orientation: 1, ..Self::default() };
        file.seek(SeekFrom::Start(2))?;
        loop {
            let marker = marker(&mut file)?;
            if marker == START_OF_SCAN {
                return Ok(jpeg);
            }
            let mut length = [0; 2];
            file.read_exact(&mut length)?;
            let length = u64::from(u16::from_be_bytes(length).saturating_sub(2));
            let mut segment = Vec::new();
            (&mut file).take(length).read_to_end(&mut segment)?;
            jpeg.note(marker, &segment);
        }
    }

    fn note(&mut self, marker: u8, segment: &[u8]) {
        match marker {
            EXIF => {
                let pages = segment.strip_prefix(b"Exif\0\0").map(|exif| tiff::pages(Cursor::new(exif)));
                if let Some(Ok(pages)) = pages
                    && let Some(1..=8) = pages.first().map(|page| page.orientation)
                {
                    self.orientation = pages[0].orientation;
                }
            }
            0xC0..=0xCF if ![0xC4, 0xC8, 0xCC].contains(&marker) => {
                if let [_, h1, h0, w1, w0, components, ..] = *segment {
                    self.height = u16::from_be_bytes([h1, h0]).into();
                    self.width = u16::from_be_bytes([w1, w0]).into();
                    self.components = components;
                }
            }
            _ => {}
        }
    }
}

/// The next one, behind any filling.
fn marker(file: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    file.read_exact(&mut byte)?;
    if byte[0] != 0xFF {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no JPEG"));
    }
    while byte[0] == 0xFF {
        file.read_exact(&mut byte)?;
    }
    Ok(byte[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_says_how_it_was_held() {
        let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let mut bytes = b"\xff\xd8\xff\xe1\0\x22".to_vec();
        bytes.extend(exif);
        bytes.extend(b"\xff\xff\xc2\0\x0b\x08\0\x02\0\x01\x01\x01\x11\0\xff\xda");
        let expected = Jpeg { width: 1, height: 2, components: 1, orientation: 6 };
        assert_eq!(Jpeg::read(Cursor::new(&bytes)).unwrap(), expected);
        bytes[30] = 9;
        assert_eq!(Jpeg::read(Cursor::new(&bytes)).unwrap().orientation, 1);
        assert!(Jpeg::read(Cursor::new(&bytes[..30])).is_err());
    }
}
