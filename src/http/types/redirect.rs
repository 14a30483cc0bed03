//! An answer that sends the browser elsewhere.

use percent_encoding::{CONTROLS, utf8_percent_encode};
use poem_openapi::ApiResponse;

#[derive(ApiResponse)]
pub enum Redirect {
    /// Redirects the browser.
    #[oai(status = 302)]
    Found(
        /// The address to go to
        #[oai(header = "Location")]
        String,
    ),
}

impl Redirect {
    /// A header holds no other letters than those of English.
    pub fn to(url: &str) -> Self {
        Self::Found(utf8_percent_encode(url, CONTROLS).to_string())
    }
}
