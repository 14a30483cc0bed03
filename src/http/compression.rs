//! Compresses answers for clients that say they can read them.
//!
//! A compressed answer tells by its length how much of it repeats. An attacker whose page makes a browser fetch answers
//! with chosen text beside a secret, and who sees their length, can guess the secret (BREACH). Our answers hold no such
//! secret: tokens are in headers, which are not compressed, and no body repeats them. A page of another site sends no
//! session along (`SameSite`), so it has no answers to measure.

use std::io::{self, Write};

use brotli::CompressorWriter;
use flate2::{Compression, write::GzEncoder};
use poem::http::{HeaderMap, header};

use super::accept::weight_of;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Coding {
    Gzip,
    Brotli,
}

/// How hard to try.
#[derive(Clone, Copy)]
pub enum Effort {
    /// For an answer that is made once.
    Quick,
    /// For one that is kept.
    Thorough,
}

impl Effort {
    /// Of codings that a client likes as much. In a hurry, brotli saves a tenth more and takes three times as long.
    const fn order(self) -> [Coding; 2] {
        match self {
            Self::Quick => [Coding::Gzip, Coding::Brotli],
            Self::Thorough => [Coding::Brotli, Coding::Gzip],
        }
    }
}

impl Coding {
    /// Its name in headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }

    pub fn compress(self, bytes: &[u8], effort: Effort) -> Vec<u8> {
        let mut compressed = Vec::with_capacity(bytes.len() / 4);
        // Writing to memory never fails.
        let _ = match (self, effort) {
            (Self::Gzip, Effort::Quick) => gzip(bytes, 2, &mut compressed),
            (Self::Gzip, Effort::Thorough) => gzip(bytes, 9, &mut compressed),
            (Self::Brotli, Effort::Quick) => brotli(bytes, 3, 18, &mut compressed),
            (Self::Brotli, Effort::Thorough) => brotli(bytes, 9, 22, &mut compressed),
        };
        compressed
    }
}

fn gzip(bytes: &[u8], level: u32, into: &mut Vec<u8>) -> io::Result<()> {
    let mut writer = GzEncoder::new(into, Compression::new(level));
    writer.write_all(bytes)?;
    writer.finish().map(drop)
}

/// The writer ends what it writes when it is dropped.
fn brotli(bytes: &[u8], quality: u32, window: u32, into: &mut Vec<u8>) -> io::Result<()> {
    CompressorWriter::new(into, 4096, quality, window).write_all(bytes)
}

/// The codings that a client likes best.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Favourites {
    gzip: bool,
    brotli: bool,
}

impl Favourites {
    pub fn of(headers: &HeaderMap) -> Self {
        if !headers.contains_key(header::ACCEPT_ENCODING) {
            return Self::default();
        }
        let weight = |names: &[&str]| weight_of(headers, &header::ACCEPT_ENCODING, names);
        let [gzip, brotli] =
            [Coding::Gzip, Coding::Brotli].map(|coding| weight(&[coding.name(), "*"]).unwrap_or(0));
        // An answer as it is may always be given; one that is compressed is better, unless the client says that it is not.
        let best = gzip.max(brotli).max(weight(&["identity"]).unwrap_or(1)).max(1);
        Self { gzip: gzip == best, brotli: brotli == best }
    }

    pub fn best(self, effort: Effort) -> Option<Coding> {
        effort.order().into_iter().find(|coding| match coding {
            Coding::Gzip => self.gzip,
            Coding::Brotli => self.brotli,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use poem::http::HeaderValue;

    use super::*;

    #[test]
    fn the_coding_is_one_that_the_client_likes_best() {
        for (stated, quick, thorough) in [
            ("gzip", Some(Coding::Gzip), Some(Coding::Gzip)),
            ("GZIP;q=0.2", Some(Coding::Gzip), Some(Coding::Gzip)),
            ("br", Some(Coding::Brotli), Some(Coding::Brotli)),
            ("gzip, deflate, br, zstd", Some(Coding::Gzip), Some(Coding::Brotli)),
            ("*", Some(Coding::Gzip), Some(Coding::Brotli)),
            ("gzip;q=0.5, br;q=0.9", Some(Coding::Brotli), Some(Coding::Brotli)),
            ("gzip;q=0, *", Some(Coding::Brotli), Some(Coding::Brotli)),
            ("gzip;q=0.5, identity;q=0.9", None, None),
            ("gzip;q=0.5, identity;q=0.5", Some(Coding::Gzip), Some(Coding::Gzip)),
            ("gzip, identity;q=0", Some(Coding::Gzip), Some(Coding::Gzip)),
            ("gzip;q=0, br;q=0", None, None),
            ("identity", None, None),
            ("deflate, zstd", None, None),
            ("*;q=0", None, None),
            ("", None, None),
        ] {
            let value = HeaderValue::from_static(stated);
            let favourites = Favourites::of(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, value)]));
            let best = [Effort::Quick, Effort::Thorough].map(|effort| favourites.best(effort));
            assert_eq!(best, [quick, thorough], "{stated}");
        }
        assert_eq!(Favourites::of(&HeaderMap::new()), Favourites::default());
    }

    #[test]
    fn a_compressed_answer_can_be_decompressed() {
        let text = "The case stands at DIRECTIONS. ".repeat(1000);
        for effort in [Effort::Quick, Effort::Thorough] {
            let (mut gzip, mut brotli) = (String::new(), Vec::new());
            let compress = |coding: Coding| coding.compress(text.as_bytes(), effort);
            GzDecoder::new(&*compress(Coding::Gzip)).read_to_string(&mut gzip).unwrap();
            brotli::BrotliDecompress(&mut &*compress(Coding::Brotli), &mut brotli).unwrap();
            assert!(gzip == text && brotli == text.as_bytes());
        }
    }
}
