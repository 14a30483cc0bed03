//! An answer that anybody may have, and keep for a while.

use poem_openapi::ApiResponse;

use super::json::{Documented, Json};

#[derive(ApiResponse)]
pub enum Kept<T: Documented> {
    #[oai(status = 200)]
    For(
        Json<T>,
        /// How many seconds the answer may be cached
        #[oai(header = "Cache-Control")]
        String,
    ),
}

impl<T: Documented> Kept<T> {
    pub fn new(answer: T) -> Self {
        Self::For(Json(answer), "public, max-age=300".to_owned())
    }
}
