//! Links to the other pages of a list (RFC 8288).

use poem::http::Uri;
use url::form_urlencoded::{Parse, Serializer, parse};

use crate::values::Pagination;

const CURSOR: &str = "cursor";
const PAGE: &str = "page";
const PAGE_SIZE: &str = "pageSize";

/// The first page, and those beside this one as far as they are known. The next one is given by its cursor, so that
/// additions to the list shift nothing.
pub fn links(uri: &Uri, pagination: &Pagination) -> String {
    let before = pagination.page.filter(|page| *page > 1).map(|page| (PAGE, (page - 1).to_string()));
    let next = pagination.next_cursor.as_ref().map(|cursor| (CURSOR, cursor.clone()));
    let size = unstated_size(uri, pagination);
    let link = |place, relation| link(uri, size.clone().into_iter().chain(place), relation);
    let first = Some(link(None, "first"));
    let others = [(before, "prev"), (next, "next")]
        .into_iter()
        .filter_map(|(place, relation)| Some(link(Some(place?), relation)));
    first.into_iter().chain(others).collect::<Vec<_>>().join(", ")
}

/// The size of a page that was asked for by its number alone. The address of another page might mean another size:
/// without a number, documents come all at once.
fn unstated_size(uri: &Uri, pagination: &Pagination) -> Option<(&'static str, String)> {
    let asks = |wanted: &str| asked(uri).any(|(name, _)| name == wanted);
    (asks(PAGE) && !asks(PAGE_SIZE)).then(|| (PAGE_SIZE, pagination.page_size.to_string()))
}

/// The same question about another page.
fn link<'a>(uri: &Uri, place: impl Iterator<Item = (&'a str, String)>, relation: &str) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(asked(uri).filter(|(name, _)| name != PAGE && name != CURSOR));
    query.extend_pairs(place);
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("<{}{mark}{query}>; rel=\"{relation}\"", uri.path())
}

fn asked(uri: &Uri) -> Parse<'_> {
    parse(uri.query().unwrap_or_default().as_bytes())
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::Example;

    use super::*;

    fn linked(address: &'static str, page: Option<i32>, next_cursor: Option<&str>) -> String {
        let next_cursor = next_cursor.map(str::to_owned);
        links(&Uri::from_static(address), &Pagination { page, next_cursor, ..Pagination::example() })
    }

    #[test]
    fn each_page_tells_its_neighbours_as_far_as_they_are_known() {
        assert_eq!(linked("/api/cases", Some(1), None), "</api/cases>; rel=\"first\"");
        assert_eq!(
            linked("/api/cases?page=3&status=ON_HOLD", Some(3), Some("W10")),
            "</api/cases?status=ON_HOLD&pageSize=20>; rel=\"first\", \
             </api/cases?status=ON_HOLD&pageSize=20&page=2>; rel=\"prev\", \
             </api/cases?status=ON_HOLD&pageSize=20&cursor=W10>; rel=\"next\""
        );
        assert_eq!(
            linked("/api/cases?cursor=abc&pageSize=2", None, Some("W10")),
            "</api/cases?pageSize=2>; rel=\"first\", </api/cases?pageSize=2&cursor=W10>; rel=\"next\""
        );
    }

    #[test]
    fn nothing_that_a_client_sends_ends_a_link() {
        for query in ["?a=%3E%3B%20rel%3D%22next%22", "?a=%22%2C%0D%0A", "?%3E=1"] {
            let uri: Uri = format!("/api/cases{query}").parse().unwrap();
            let links = links(&uri, &Pagination::example());
            assert_eq!(links.matches(['>', '"', '\r', '\n']).count(), 3, "{links}");
        }
    }
}
