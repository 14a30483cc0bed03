//! The end of a ZIP archive, where its readers begin, whatever stands before it.

/// The record that ends an archive and says where its directory is.
pub struct EndRecord {
    pub entries: u16,
    pub directory_size: u32,
    pub directory_offset: u32,
    /// Where in the file it begins.
    pub position: u64,
    /// Where its comment ends.
    pub end: u64,
}

const SIGNATURE: &[u8] = b"PK\x05\x06";
const LENGTH: usize = 22;

impl EndRecord {
    /// All that look like one, the last one first, in the end of a file that begins at this offset.
    pub fn all(tail: &[u8], offset: u64) -> impl Iterator<Item = Self> {
        let places = (0..tail.len().saturating_sub(LENGTH - 1)).rev();
        places.filter_map(move |place| Self::parse(&tail[place..], offset + place as u64))
    }

    fn parse(bytes: &[u8], position: u64) -> Option<Self> {
        let fields = bytes.strip_prefix(SIGNATURE)?;
        let short = |at: usize| Some(u16::from_le_bytes(fields.get(at..at + 2)?.try_into().ok()?));
        let long = |at: usize| Some(u32::from_le_bytes(fields.get(at..at + 4)?.try_into().ok()?));
        let length = LENGTH + usize::from(short(16)?);
        (length <= bytes.len()).then_some(Self {
            entries: short(6)?,
            directory_size: long(8)?,
            directory_offset: long(12)?,
            position,
            end: position + length as u64,
        })
    }
}
