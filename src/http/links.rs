//! Links to the other pages of a list (RFC 8288).

use url::form_urlencoded::Serializer;

use crate::values::Pagination;

const CURSOR: &str = "cursor";
const PAGE: &str = "page";
const PAGE_SIZE: &str = "pageSize";

/// A list, and the question about it.
pub struct Asked<'a> {
    pub path: &'a str,
    pub parameters: Vec<(String, String)>,
}

impl Asked<'_> {
    /// The first page, and those beside this one as far as they are known. The next one is given by its cursor, so that
    /// additions to the list shift nothing.
    pub fn links(&self, pagination: &Pagination) -> String {
        let before = before(pagination).map(|page| (PAGE, page.to_string()));
        let next = pagination.next_cursor.as_ref().map(|cursor| (CURSOR, cursor.clone()));
        let others = [(before, "prev"), (next, "next")]
            .into_iter()
            .filter_map(|(place, relation)| Some(self.link(Some(place?), relation, pagination)));
        let first = self.link(None, "first", pagination);
        [first].into_iter().chain(others).collect::<Vec<_>>().join(", ")
    }

    /// The same question about another page.
    fn link(&self, place: Option<(&str, String)>, relation: &str, pagination: &Pagination) -> String {
        let mut query = Serializer::new(String::new());
        let is_filter = |name: &str| !matches!(name, PAGE | CURSOR | PAGE_SIZE);
        query.extend_pairs(self.parameters.iter().filter(|(name, _)| is_filter(name)));
        // The address of another page might mean another size: without a number, documents come all at once.
        if self.parameters.iter().any(|(name, _)| matches!(&**name, PAGE | PAGE_SIZE)) {
            query.append_pair(PAGE_SIZE, &pagination.page_size.to_string());
        }
        query.extend_pairs(place);
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("<{}{mark}{query}>; rel=\"{relation}\"", self.path)
    }
}

/// Before a page beyond the end comes the last page, if it is known which that is.
fn before(pagination: &Pagination) -> Option<i64> {
    let before = i64::from(pagination.page.filter(|page| *page > 1)?) - 1;
    let last = pagination.total_pages.max(1);
    Some(if pagination.total_is_minimum { before } else { before.min(last) })
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::Example;

    use super::*;

    fn linked(query: &[(&str, &str)], pagination: &Pagination) -> String {
        let parameters =
            query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Asked { path: "/api/cases", parameters }.links(pagination)
    }

    fn page(page: Option<i32>, next_cursor: Option<&str>) -> Pagination {
        let next_cursor = next_cursor.map(str::to_owned);
        Pagination { page, next_cursor, total_pages: 4, ..Pagination::example() }
    }

    #[test]
    fn each_page_tells_its_neighbours_as_far_as_they_are_known() {
        assert_eq!(linked(&[], &page(Some(1), None)), "</api/cases>; rel=\"first\"");
        assert_eq!(
            linked(&[("page", "3"), ("status", "ON_HOLD")], &page(Some(3), Some("W10"))),
            "</api/cases?status=ON_HOLD&pageSize=20>; rel=\"first\", \
             </api/cases?status=ON_HOLD&pageSize=20&page=2>; rel=\"prev\", \
             </api/cases?status=ON_HOLD&pageSize=20&cursor=W10>; rel=\"next\""
        );
        let two = Pagination { page_size: 2, ..page(None, Some("W10")) };
        assert_eq!(
            linked(&[("cursor", "abc"), ("pageSize", "0002")], &two),
            "</api/cases?pageSize=2>; rel=\"first\", </api/cases?pageSize=2&cursor=W10>; rel=\"next\""
        );
    }

    #[test]
    fn before_a_page_beyond_the_end_comes_the_last() {
        for (page, total_pages, total_is_minimum, prev) in [
            (2, 4, false, Some(1)),
            (4, 4, false, Some(3)),
            (5, 4, false, Some(4)),
            (99, 4, false, Some(4)),
            (i32::MAX, 4, false, Some(4)),
            (99, 4, true, Some(98)),
            (99, 0, false, Some(1)),
            (1, 0, false, None),
        ] {
            let pagination =
                Pagination { page: Some(page), total_pages, total_is_minimum, ..Pagination::example() };
            assert_eq!(before(&pagination), prev, "{page} of {total_pages}");
        }
    }

    #[test]
    fn nothing_that_a_client_sends_ends_a_link() {
        for (name, value) in [("a", ">; rel=\"next\""), ("a", "\",\r\n"), (">", "1")] {
            let links = linked(&[(name, value)], &page(Some(1), None));
            assert_eq!(links.matches(['>', '"', '\r', '\n']).count(), 3, "{links}");
        }
    }
}
