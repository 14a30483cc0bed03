use poem_openapi::{Object, OpenApi, types::Example};
use serde::Serialize;

use super::Tag;
use crate::http::types::Json;

#[derive(Serialize, Object)]
#[oai(example)]
struct SiteAccess {
    /// Always false
    required: bool,
    /// Always true
    granted: bool,
}

impl Example for SiteAccess {
    fn example() -> Self {
        Self { required: false, granted: true }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Session")]
impl Api {
    /// See whether the site has a password of its own
    ///
    /// It has none. Existing front ends ask before they show anything.
    #[oai(path = "/site-access/status", method = "get", operation_id = "get_site_access")]
    #[expect(clippy::unused_async, reason = "operations are asynchronous")]
    async fn get_site_access(&self) -> Json<SiteAccess> {
        Json(SiteAccess::example())
    }
}
