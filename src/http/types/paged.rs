//! A page of a list.

use poem::Request;
use poem_openapi::ApiResponse;

use super::json::{Documented, Json};
use crate::{
    http::{links::Asked, parameters::counting},
    values::Pagination,
};

/// Which part of its list a page is.
pub trait Page: Documented {
    fn pagination(&mut self) -> &mut Pagination;
}

#[derive(ApiResponse)]
pub enum Paged<T: Page> {
    /// A page of the list
    #[oai(status = 200)]
    Page(
        Json<T>,
        /// Addresses of other pages (RFC 8288): `first`; `next`, if there is one; `prev`, if this page was requested by its
        /// number and is not the first. Beyond the last page, `prev` is the last, if `total` is exact
        #[oai(header = "Link")]
        String,
    ),
}

impl<T: Page> Paged<T> {
    /// A page reached by a cursor has no number: nobody knows how many came before it.
    pub fn new(request: &Request, by_cursor: bool, mut page: T) -> Self {
        let pagination = page.pagination();
        if by_cursor {
            pagination.page = None;
        }
        let asked = Asked { path: request.original_uri().path(), parameters: counting(request) };
        let links = asked.links(pagination);
        Self::Page(Json(page), links)
    }
}
