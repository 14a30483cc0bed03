//! An anchor: how far each trail had come in one moment, a line each, under a signed header that has their Merkle root.

use std::{
    fmt,
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    keys::{PrivateKey, PublicKey},
    merkle::{Hash, Tree, leaf},
};
use crate::hex::{hex, unhex};

/// The first line of each.
pub const FORMAT: &str = "casefile audit anchor 1";

pub struct Anchor {
    pub header: Header,
    /// The signed text.
    pub signed: String,
    pub signature: String,
    pub key: PublicKey,
    /// Ordered by case.
    pub tips: Vec<Tip>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// The system identifier of its cluster, and the id of its document store: `auth.home`.
    pub database: String,
    pub store: Option<Uuid>,
    pub taken_at: String,
    pub cases: u64,
    pub root: String,
    /// The newest entry of any trail.
    pub last_entry: Option<i64>,
    pub journals: Vec<Journal>,
    pub series: Vec<Series>,
    pub previous: Option<Previous>,
    /// Whether departures from the previous one were ignored.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restart: bool,
    /// SHA-256 of the public key.
    pub key: String,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Journal {
    pub name: String,
    pub seals: i64,
    pub digest: String,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Series {
    pub name: String,
    pub last_number: i32,
}

/// The anchor before.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Previous {
    pub taken_at: String,
    /// Of its header.
    pub sha256: String,
}

/// The number of entries in one case's trail, and the newest one's digest.
#[derive(Clone, Debug, PartialEq)]
pub struct Tip {
    pub case_id: Uuid,
    pub length: i64,
    pub digest: Hash,
}

impl fmt::Display for Tip {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} {}", self.case_id, self.length, hex(&self.digest))
    }
}

impl Tip {
    /// Parses only a line exactly as this program writes it.
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let case_id = words.next()?.parse().ok()?;
        let length = words.next()?.parse().ok()?;
        let digest = unhex(words.next()?)?;
        let tip = Self { case_id, length, digest };
        (tip.to_string() == line).then_some(tip)
    }
}

impl Anchor {
    pub fn tip(&self, case_id: Uuid) -> Option<(usize, &Tip)> {
        let index = self.tips.binary_search_by_key(&case_id, |tip| tip.case_id).ok()?;
        Some((index, &self.tips[index]))
    }

    pub fn as_previous(&self) -> Previous {
        Previous { taken_at: self.header.taken_at.clone(), sha256: hex(&digest_of(&self.signed)) }
    }
}

/// The identifying parts of a header.
pub fn digest_of(signed: &str) -> Hash {
    Sha256::digest(signed).into()
}

/// The name of an anchor. Names sort in the order in which the anchors were taken.
pub fn file_name(taken_at: &str) -> String {
    format!("{taken_at}.anchor")
}

/// The lines of an anchor that is being written. Its header has their root, so they wait in a file without a name.
pub struct Lines {
    file: BufWriter<File>,
    tree: Tree,
    pub cases: u64,
}

impl Lines {
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(tempfile::tempfile()?), tree: Tree::default(), cases: 0 })
    }

    pub fn add(&mut self, tip: &Tip) -> io::Result<()> {
        let line = tip.to_string();
        self.tree.add(leaf(line.as_bytes()));
        self.cases += 1;
        writeln!(self.file, "{line}")
    }

    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// The whole anchor, with the header as it is signed.
    pub fn write(self, header: &Header, key: &PrivateKey, to: impl Write) -> io::Result<String> {
        let mut lines = self.file.into_inner()?;
        let signed = serde_json::to_string(header)?;
        let signature = BASE64_STANDARD.encode(key.sign(signed.as_bytes()));
        let mut to = BufWriter::new(to);
        write!(to, "{FORMAT}\n{signed}\n{signature}\n")?;
        lines.seek(SeekFrom::Start(0))?;
        io::copy(&mut lines, &mut to)?;
        to.flush()?;
        Ok(signed)
    }
}
