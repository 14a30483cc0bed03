//! Reads an anchor piece by piece: nothing of it counts before all of it matches the signature.

use std::mem::take;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    anchor::{Anchor, FORMAT, Header, Tip},
    keys::{PublicKey, PublicKeys},
    merkle::{Tree, leaf},
};
use crate::hex::hex;

/// No line is this long: a header lists every number series, any other line one thing.
const LONGEST_HEADER: usize = 16 * 1024 * 1024;
const LONGEST_LINE: usize = 128;

pub struct Reading<'a> {
    keys: &'a PublicKeys,
    /// The beginning of a line that has not ended.
    line: Vec<u8>,
    stage: Stage,
}

/// The next line.
#[derive(Default)]
enum Stage {
    #[default]
    Format,
    Header,
    Signature(Header, String),
    Tips(Anchor, Tree),
}

impl<'a> Reading<'a> {
    pub fn new(keys: &'a PublicKeys) -> Self {
        Self { keys, line: Vec::new(), stage: Stage::Format }
    }

    pub fn push(&mut self, mut piece: &[u8]) -> Result<(), String> {
        while let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
            self.line.extend_from_slice(&piece[..end]);
            piece = &piece[end + 1..];
            let line = take(&mut self.line);
            let line = str::from_utf8(&line).map_err(|_| self.stage.unlike())?;
            self.stage = take(&mut self.stage).followed_by(line, self.keys)?;
        }
        self.line.extend_from_slice(piece);
        let longest = if matches!(self.stage, Stage::Header) { LONGEST_HEADER } else { LONGEST_LINE };
        if self.line.len() > longest { Err(self.stage.unlike()) } else { Ok(()) }
    }

    pub fn finish(self) -> Result<Anchor, String> {
        let cut = |has: &str| format!("It is cut off: it has {has}. Take another copy of it.");
        match self.stage {
            Stage::Format => Err(self.stage.unlike()),
            Stage::Header | Stage::Signature(..) => Err(cut("no signature")),
            Stage::Tips(anchor, tree) => {
                let (known, cases) = (anchor.tips.len() as u64, anchor.header.cases);
                if known != cases || !self.line.is_empty() {
                    return Err(cut(&format!("{known} of {cases} cases")));
                }
                if hex(&tree.root()) != anchor.header.root {
                    return Err(changed("its lines do not have the root that is signed"));
                }
                Ok(anchor)
            }
        }
    }
}

impl Stage {
    fn followed_by(self, line: &str, keys: &PublicKeys) -> Result<Self, String> {
        match self {
            Self::Format if line == FORMAT => Ok(Self::Header),
            Self::Header => match serde_json::from_str(line) {
                Ok(header) => Ok(Self::Signature(header, line.to_owned())),
                Err(_) => Err(self.unlike()),
            },
            Self::Signature(header, signed) => {
                let key = signer(&header, &signed, line, keys)?;
                let anchor = Anchor { header, signed, signature: line.to_owned(), key, tips: Vec::new() };
                Ok(Self::Tips(anchor, Tree::default()))
            }
            Self::Tips(mut anchor, mut tree) => {
                let last = anchor.tips.last().map(|tip| tip.case_id);
                let is_next = |tip: &Tip| last.is_none_or(|last| last < tip.case_id);
                match Tip::parse(line).filter(is_next) {
                    Some(tip) if (anchor.tips.len() as u64) < anchor.header.cases => {
                        tree.add(leaf(line.as_bytes()));
                        anchor.tips.push(tip);
                        Ok(Self::Tips(anchor, tree))
                    }
                    _ => Err(Self::Tips(anchor, tree).unlike()),
                }
            }
            Self::Format => Err(self.unlike()),
        }
    }

    /// The fault of a line that is not the expected next one.
    fn unlike(&self) -> String {
        let number = match self {
            Self::Format => {
                return format!(
                    "It is not an anchor of an audit trail: it does not begin with the line `{FORMAT}`."
                );
            }
            Self::Header => 2,
            Self::Signature(..) => 3,
            Self::Tips(anchor, _) => anchor.tips.len() + 4,
        };
        changed(&format!("line {number} is not as it was written"))
    }
}

fn changed(how: &str) -> String {
    format!("It was changed: {how}. Take another copy of it.")
}

fn signer(header: &Header, signed: &str, signature: &str, keys: &PublicKeys) -> Result<PublicKey, String> {
    let key = keys.find(&header.key).ok_or_else(|| {
        format!(
            "It is signed by a key that {} does not have, whose SHA-256 is {}. If that is a former one, add its public half to the file of AUDIT_ANCHOR_PUBLIC_KEY_FILE.",
            keys.variable, header.key
        )
    })?;
    let signature = BASE64_STANDARD.decode(signature).unwrap_or_default();
    if key.fits(signed.as_bytes(), &signature) {
        Ok(key.clone())
    } else {
        Err(changed("its signature does not fit its header"))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{
        super::{
            anchor::{Lines, Series},
            keys::{private, publics},
        },
        *,
    };

    fn written(cases: u128) -> Vec<u8> {
        let mut lines = Lines::new().unwrap();
        for number in 0..cases {
            let length = i64::try_from(number).unwrap() + 1;
            lines.add(&Tip { case_id: Uuid::from_u128(number << 64), length, digest: [7; 32] }).unwrap();
        }
        let header = Header {
            database: "1".to_owned(),
            store: None,
            taken_at: "2026-11-28T21:00:00.000000Z".to_owned(),
            cases: lines.cases,
            root: hex(&lines.root()),
            last_entry: Some(5),
            journals: Vec::new(),
            series: vec![Series { name: "BFC/2026".to_owned(), last_number: 3 }],
            previous: None,
            restart: false,
            key: private().public().fingerprint(),
        };
        let mut bytes = Vec::new();
        lines.write(&header, &private(), &mut bytes).unwrap();
        bytes
    }

    fn read(bytes: &[u8], piece: usize) -> Result<Anchor, String> {
        let keys = publics();
        let mut reading = Reading::new(&keys);
        bytes.chunks(piece).try_for_each(|piece| reading.push(piece))?;
        reading.finish()
    }

    #[test]
    fn a_written_anchor_can_be_read_in_pieces_of_any_length() {
        for cases in [0, 1, 2, 7, 100] {
            let bytes = written(cases);
            for piece in [1, 2, 3, 100, 100_000] {
                let anchor = read(&bytes, piece).unwrap();
                assert_eq!(anchor.tips.len() as u128, cases);
                assert_eq!(anchor.header.series[0].last_number, 3);
                for (index, tip) in anchor.tips.iter().enumerate() {
                    assert_eq!(anchor.tip(tip.case_id), Some((index, tip)));
                }
            }
        }
    }

    #[test]
    fn one_byte_more_less_or_other_is_seen() {
        let whole = written(5);
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] ^= 1;
            assert!(read(&other, 64).is_err(), "byte {at}");
            assert!(read(&whole[..at], 64).is_err(), "cut at {at}");
            let mut more = whole.clone();
            more.insert(at, b' ');
            assert!(read(&more, 64).is_err(), "more at {at}");
        }
        for after in ["\n", "x", "\0", "x\n"] {
            assert!(read(&[&whole, after.as_bytes()].concat(), 64).is_err());
        }
    }

    #[test]
    fn a_file_that_is_not_an_anchor_differs_from_a_changed_anchor() {
        for bytes in ["", "\n", "\0\0\0", "casefile audit anchor 2\n", "{}\n"] {
            assert!(read(bytes.as_bytes(), 64).err().unwrap().contains("not an anchor"), "{bytes:?}");
        }
        let text = String::from_utf8(written(5)).unwrap();
        let reason = |text: &str| read(text.as_bytes(), 64).err().unwrap();
        assert!(reason(&text.replacen("\"cases\":5", "\"cases\":4", 1)).contains("signature does not fit"));
        assert!(reason(&text.replacen(" 2 ", " 3 ", 1)).contains("do not have the root"));
        assert!(reason(&text.replacen(" 2 ", " 02 ", 1)).contains("line 5 is not"));
        let (shorter, _) = text.trim_end().rsplit_once('\n').unwrap();
        assert!(reason(&format!("{shorter}\n")).contains("4 of 5 cases"));
        assert!(
            reason(&text.replacen(&private().public().fingerprint(), "00", 1))
                .contains("AUDIT_ANCHOR_PUBLIC_KEY_FILE")
        );
    }

    #[test]
    fn a_line_without_an_end_is_not_kept() {
        let keys = publics();
        let mut reading = Reading::new(&keys);
        let piece = vec![b'x'; 1024 * 1024];
        assert!(
            (0..10_000).any(|_| reading.push(&piece).is_err() || reading.line.len() > 2 * LONGEST_HEADER)
        );
        assert!(reading.line.len() < 2 * LONGEST_HEADER);
        reading = Reading::new(&keys);
        reading.push(format!("{FORMAT}\n").as_bytes()).unwrap();
        assert!((0..17).any(|_| reading.push(&piece).is_err()));
    }
}
