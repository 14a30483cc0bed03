//! Pages are written in Markdown, with requests that can be tried.

use std::fmt::Write as _;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::request::{self, Writes, escaped};

pub struct Content {
    pub html: String,
    /// The second-level headings: id and text.
    pub sections: Vec<(String, String)>,
}

/// Without the lines that are for servers of other kinds: those stand between `{{#kind}}` and `{{/kind}}`.
pub fn for_server(text: &str, kinds: &[&str]) -> String {
    let mut within = None;
    let mut chosen = String::new();
    for line in text.lines() {
        let mark = line.strip_prefix("{{").and_then(|line| line.strip_suffix("}}"));
        match mark {
            Some(mark) if mark.starts_with('#') => within = Some(&mark[1..]),
            Some(mark) if mark.starts_with('/') => within = None,
            _ if within.is_none_or(|within| within.split(' ').any(|kind| kinds.contains(&kind))) => {
                chosen.push_str(line);
                chosen.push('\n');
            }
            _ => {}
        }
    }
    chosen
}

pub fn render(text: &str, writes: Writes) -> Content {
    let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut events = Parser::new_ext(text, options);
    let mut shown = Vec::new();
    let mut sections = Vec::new();
    let mut last_heading = String::new();
    let mut is_in_table = false;
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                let inside: Vec<_> = events
                    .by_ref()
                    .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))))
                    .collect();
                let title = plain(&inside);
                let id = id.map_or_else(|| slug(&title), |id| id.to_string());
                if level == HeadingLevel::H2 {
                    sections.push((id.clone(), title.clone()));
                }
                shown.push(Event::Html(format!("<{level} id=\"{id}\">").into()));
                shown.extend(inside);
                shown.push(Event::Html(format!("</{level}>\n").into()));
                last_heading = title;
            }
            // One that is wider than the page scrolls by itself, by keyboard too.
            start @ Event::Start(Tag::Table(_)) => {
                let label = last_heading.replace('"', "&quot;");
                let opening = format!(
                    "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"Table: {label}\">"
                );
                shown.extend([Event::Html(opening.into()), start]);
                is_in_table = true;
            }
            end @ Event::End(TagEnd::Table) => {
                shown.extend([end, Event::Html("</div>\n".into())]);
                is_in_table = false;
            }
            Event::Code(code) if is_in_table => shown.push(Event::InlineHtml(breakable(&code).into())),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if info.starts_with("request") => {
                let inside: Vec<_> = events
                    .by_ref()
                    .take_while(|event| !matches!(event, Event::End(TagEnd::CodeBlock)))
                    .collect();
                shown.push(Event::Html(request::html(&info, &plain(&inside), writes).into()));
            }
            other => shown.push(other),
        }
    }
    let mut page = String::new();
    html::push_html(&mut page, shown.into_iter());
    Content { html: page, sections }
}

/// Code that may go on in the next line after these marks, so that a column of long words leaves room for the next one.
fn breakable(code: &str) -> String {
    let places =
        ["_", "/", "."].iter().fold(escaped(code), |code, mark| code.replace(mark, &format!("{mark}<wbr>")));
    format!("<code>{places}</code>")
}

fn plain(events: &[Event]) -> String {
    events.iter().fold(String::new(), |mut text, event| {
        if let Event::Text(part) | Event::Code(part) = event {
            let _ = write!(text, "{part}");
        }
        text
    })
}

fn slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_ids_and_the_second_level_makes_the_contents() {
        let content = render("# One\n## Two `words`\n### Three {#STALE_VERSION}\n", Writes::Sent);
        assert_eq!(content.sections, [("two-words".to_owned(), "Two words".to_owned())]);
        assert_eq!(
            content.html,
            "<h1 id=\"one\">One</h1>\n<h2 id=\"two-words\">Two <code>words</code></h2>\n\
             <h3 id=\"STALE_VERSION\">Three</h3>\n"
        );
    }

    #[test]
    fn a_table_scrolls_by_itself_and_says_what_it_is() {
        let html = render("## Courts\n\n| a |\n| --- |\n| b |\n", Writes::Sent).html;
        assert!(html.contains("tabindex=\"0\" aria-label=\"Table: Courts\"><table>"), "{html}");
        assert!(html.contains("</table>\n</div>"), "{html}");
    }

    #[test]
    fn code_in_a_table_has_places_to_break() {
        let html = render("`A_B`\n\n| a |\n| --- |\n| `A_B /<c>.d` |\n", Writes::Sent).html;
        assert!(html.contains("<p><code>A_B</code></p>"), "{html}");
        assert!(html.contains("<td><code>A_<wbr>B /<wbr>&lt;c&gt;.<wbr>d</code></td>"), "{html}");
    }

    #[test]
    fn some_lines_are_for_some_servers() {
        let text = "a\n{{#mock oidc}}\nb\n{{/mock oidc}}\n{{#none}}\nc\n{{/none}}\nd\n";
        assert_eq!(for_server(text, &["oidc", "trial"]), "a\nb\nd\n");
        assert_eq!(for_server(text, &["none"]), "a\nc\nd\n");
    }
}
