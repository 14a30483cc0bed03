//! The header `Range`, as far as a server has to honour it.

use std::ops::Range;

#[derive(Debug, PartialEq)]
pub enum ByteRange {
    /// No range that this server understands: all is given.
    Whole,
    Part(Range<u64>),
    Unsatisfiable,
}

impl ByteRange {
    pub fn parse(header: &str, size: u64) -> Self {
        Self::parts(header).map_or(Self::Whole, |bounds| match bounds {
            (Some(first), Some(last)) if first > last => Self::Whole,
            (Some(first), _) if first >= size => Self::Unsatisfiable,
            (Some(first), last) => {
                Self::Part(first..last.map_or(size, |last| last.saturating_add(1).min(size)))
            }
            (None, Some(0)) => Self::Unsatisfiable,
            (None, Some(count)) => Self::Part(size.saturating_sub(count)..size),
            (None, None) => Self::Whole,
        })
    }

    /// First and last of a single range. A number beyond all sizes is as large as can be.
    fn parts(header: &str) -> Option<(Option<u64>, Option<u64>)> {
        let (unit, range) = header.split_once('=')?;
        let (first, last) = range.trim().split_once('-')?;
        let is_number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
        let number = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap_or(u64::MAX));
        let is_range = unit.trim().eq_ignore_ascii_case("bytes") && is_number(first) && is_number(last);
        is_range.then(|| (number(first), number(last)))
    }
}

#[cfg(test)]
mod tests {
    use super::ByteRange::{self, Part, Unsatisfiable, Whole};

    #[test]
    fn a_single_range_is_honoured_and_anything_else_is_ignored() {
        for (header, range) in [
            ("bytes=0-0", Part(0..1)),
            ("bytes=0-", Part(0..100)),
            ("bytes=99-", Part(99..100)),
            ("bytes=10-19", Part(10..20)),
            ("bytes=90-1000", Part(90..100)),
            ("bytes=0-99999999999999999999999", Part(0..100)),
            ("Bytes = 5-6 ", Part(5..7)),
            ("bytes=-1", Part(99..100)),
            ("bytes=-1000", Part(0..100)),
            ("bytes=100-", Unsatisfiable),
            ("bytes=100-200", Unsatisfiable),
            ("bytes=99999999999999999999999-", Unsatisfiable),
            ("bytes=-0", Unsatisfiable),
            ("", Whole),
            ("bytes=", Whole),
            ("bytes=-", Whole),
            ("bytes=2-1", Whole),
            ("bytes=0-1,5-6", Whole),
            ("bytes=a-b", Whole),
            ("bytes=+1-2", Whole),
            ("lines=1-2", Whole),
        ] {
            assert_eq!(ByteRange::parse(header, 100), range, "{header}");
        }
    }
}
