//! The pages, in the order of their navigation, and the frame around each.

use std::fmt::Write as _;

use super::markdown::Content;

const FRAME: &str = include_str!("../../../openapi/guide/frame.html");

/// A page of the guide.
pub struct Page {
    /// The end of its address, after `/docs/`; empty for the first.
    pub name: &'static str,
    pub title: &'static str,
    /// In Markdown, without what is filled in.
    pub text: &'static str,
}

macro_rules! page {
    ($name:literal, $title:literal, $file:literal) => {
        Page { name: $name, title: $title, text: include_str!(concat!("../../../openapi/guide/", $file)) }
    };
}

pub const PAGES: [Page; 10] = [
    page!("", "Getting started", "getting-started.md"),
    page!("sign-in", "Signing in", "sign-in.md"),
    page!("roles", "Who may do what", "roles.md"),
    page!("life-of-a-case", "The life of a case", "life-of-a-case.md"),
    page!("documents", "Documents", "documents.md"),
    page!("errors", "Errors", "errors.md"),
    page!("versions", "Versions and retries", "versions.md"),
    page!("lists", "Lists", "lists.md"),
    page!("words", "Words and courts", "words.md"),
    page!("reference", "Reference", "reference.md"),
];
pub const CHANGELOG: Page =
    Page { name: "changelog", title: "Changelog", text: include_str!("../../../CHANGELOG.md") };

/// At an address where no other page is.
pub const NO_PAGE: Page = page!("no-page", "No such page", "no-page.md");

impl Page {
    pub fn address(&self) -> String {
        if self.name.is_empty() { "/docs".to_owned() } else { format!("/docs/{}", self.name) }
    }

    /// The whole page, with that in its head.
    pub fn html(&self, content: &Content, head: &str) -> String {
        FRAME
            .replace("{{title}}", self.title)
            .replace("{{version}}", env!("CARGO_PKG_VERSION"))
            .replace("{{pages}}", &self.navigation())
            .replace("{{sections}}", &sections(content))
            .replace("{{head}}", head)
            .replace("{{content}}", &content.html)
    }

    fn navigation(&self) -> String {
        PAGES.iter().chain([&CHANGELOG]).fold(String::new(), |mut list, page| {
            let current = if page.name == self.name { " aria-current=\"page\"" } else { "" };
            let _ = writeln!(list, "<li><a href=\"{}\"{current}>{}</a></li>", page.address(), page.title);
            list
        })
    }
}

/// For a page that is long enough.
fn sections(Content { sections, .. }: &Content) -> String {
    if sections.len() < 3 {
        return String::new();
    }
    let links = sections.iter().fold(String::new(), |mut list, (id, title)| {
        let _ = writeln!(list, "<li><a href=\"#{id}\">{title}</a></li>");
        list
    });
    format!(
        "<nav class=\"sections\" aria-labelledby=\"on-this-page\"><h2 id=\"on-this-page\">On this page</h2>\n<ul>\n{links}</ul></nav>\n"
    )
}
