//! The answer where there is nothing else to say.

use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};

/// The request was carried out.
#[derive(Serialize, Object)]
#[oai(example)]
pub struct Success {
    /// Always true
    pub success: bool,
}

impl Example for Success {
    fn example() -> Self {
        Self { success: true }
    }
}

/// A function that returns nothing has succeeded.
impl<'de> Deserialize<'de> for Success {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // In JSON, nothing may be null or an empty string.
        if deserializer.is_human_readable() {
            IgnoredAny::deserialize(deserializer)?;
        } else {
            <()>::deserialize(deserializer)?;
        }
        Ok(Self { success: true })
    }
}
