use super::{error::JobError, reader::Reader, scanner::Scanner};

/// The work of a lane.
pub enum Work {
    Scan(Scanner),
    Read(Reader),
}

impl Work {
    /// Its name in the database.
    pub fn task(&self) -> &'static str {
        match self {
            Self::Scan(_) => "scan",
            Self::Read(_) => "read",
        }
    }

    /// Whether it can be done at all, here and now.
    pub async fn check(&self) -> Result<(), JobError> {
        match self {
            Self::Scan(scanner) => scanner.check().await,
            Self::Read(reader) => reader.check().await,
        }
    }
}
