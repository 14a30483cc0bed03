//! A request in the text of a page, which its reader can copy, and try:
//!
//! ~~~text
//! ```request save=caseId:id
//! POST /api/cases
//!
//! {"caseType": "AGENCY_ADOPTION"}
//! ```
//! ~~~
//!
//! `{caseId}` in its path or body stands for what an earlier one has saved of its answer. The lines of a form are
//! `name=value`, or `name=@file`.

use std::fmt::Write as _;

use pulldown_cmark_escape::escape_html;

/// Whether pages may send changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Writes {
    Sent,
    /// Real cases are no place to try things.
    Shown,
}

#[derive(Debug, PartialEq)]
struct Shown<'a> {
    method: &'a str,
    path: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    body: &'a str,
    /// Under which name to keep which field of the answer.
    save: Option<&'a str>,
}

impl<'a> Shown<'a> {
    fn read(info: &'a str, text: &'a str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let (method, path) = lines.next().and_then(|line| line.split_once(' ')).unwrap_or_default();
        let headers = lines.filter_map(|line| line.split_once(": ")).collect();
        let save = info.split_whitespace().find_map(|word| word.strip_prefix("save="));
        Self { method, path, headers, body: body.trim_end(), save }
    }

    fn is_form(&self) -> bool {
        !self.body.is_empty() && !self.body.starts_with('{')
    }

    fn changes(&self) -> bool {
        self.method != "GET"
    }

    fn curl(&self) -> String {
        let mut command = "curl -b cookies -c cookies".to_owned();
        if self.changes() && (self.body.is_empty() || self.method != "POST") {
            let _ = write!(command, " -X {}", self.method);
        }
        let _ = write!(command, " \"$host{}\"", self.path);
        for (name, value) in &self.headers {
            let _ = write!(command, " \\\n  -H '{name}: {value}'");
        }
        if self.is_form() {
            for line in self.body.lines() {
                let _ = write!(command, " \\\n  -F '{line}'");
            }
        } else if !self.body.is_empty() {
            let _ = write!(command, " \\\n  -H 'Content-Type: application/json' \\\n  -d '{}'", self.body);
        }
        command
    }

    fn fetch(&self) -> String {
        let mut options = Vec::new();
        if self.changes() {
            options.push(format!("method: \"{}\"", self.method));
        }
        let mut headers: Vec<String> =
            self.headers.iter().map(|(name, value)| format!("\"{name}\": {value:?}")).collect();
        if !self.body.is_empty() && !self.is_form() {
            headers.push("\"Content-Type\": \"application/json\"".to_owned());
        }
        if !headers.is_empty() {
            options.push(format!("headers: {{ {} }}", headers.join(", ")));
        }
        let mut form = String::new();
        if self.is_form() {
            form.push_str("const form = new FormData();\n");
            for (name, value) in self.body.lines().filter_map(|line| line.split_once('=')) {
                let _ = match value.strip_prefix('@') {
                    Some(file) => {
                        writeln!(form, "form.append(\"{name}\", file, \"{file}\"); // a File or Blob")
                    }
                    None => writeln!(form, "form.append(\"{name}\", {value:?});"),
                };
            }
            options.push("body: form".to_owned());
        } else if !self.body.is_empty() {
            options.push(format!("body: JSON.stringify({})", self.body.replace('\n', "\n  ")));
        }
        let options = options.iter().map(|option| format!("\n  {option},")).collect::<Vec<_>>().concat();
        let options = if options.is_empty() { options } else { format!(", {{{options}\n}}") };
        format!(
            "{form}const answer = await fetch(\"{}\"{options});\nconsole.log(answer.status, await answer.json());",
            self.path
        )
    }
}

/// The request as HTML, for the script of the pages to bring to life.
pub fn html(info: &str, text: &str, writes: Writes) -> String {
    let shown = Shown::read(info, text);
    let headers =
        shown.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect::<Vec<_>>().concat();
    let is_sent = !shown.changes() || writes == Writes::Sent;
    let button = if is_sent { " <button type=\"button\" hidden>Send</button>" } else { "" };
    let end = if is_sent {
        "<div class=\"answer\" role=\"status\"></div>"
    } else {
        "<p class=\"note\">This server keeps real cases, so this page sends no changes to it. Copy the request instead.</p>"
    };
    format!(
        "<div class=\"request\" data-method=\"{method}\" data-path=\"{path}\" data-headers=\"{headers}\" data-body=\"{body}\" data-save=\"{save}\">\n\
         <p class=\"line\"><strong class=\"{method}\">{method}</strong> <code>{shown_path}</code>{button}</p>\n\
         <details open><summary>curl</summary><pre><code>{curl}</code></pre></details>\n\
         <details><summary>JavaScript</summary><pre><code>{fetch}</code></pre></details>\n{end}\n</div>\n",
        method = shown.method,
        path = escaped(shown.path),
        headers = escaped(&headers),
        body = escaped(shown.body),
        save = escaped(shown.save.unwrap_or_default()),
        shown_path = with_blanks(shown.path),
        curl = with_blanks(&shown.curl()),
        fetch = with_blanks(&shown.fetch()),
    )
}

pub fn escaped(text: &str) -> String {
    let mut html = String::new();
    let _ = escape_html(&mut html, text);
    html
}

/// `{caseId}` as an element, whose text the script replaces with what it knows.
fn with_blanks(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let name = rest[start + 1..].split('}').next().unwrap_or_default();
        let is_blank = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic());
        html.push_str(&escaped(&rest[..start]));
        if is_blank {
            let _ = write!(html, "<var data-name=\"{name}\">{{{name}}}</var>");
            rest = &rest[start + name.len() + 2..];
        } else {
            html.push('{');
            rest = &rest[start + 1..];
        }
    }
    html + &escaped(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGE: &str =
        "PATCH /api/cases/{caseId}/status\nIf-Match: \"1\"\n\n{\"status\": \"DIRECTIONS\"}\n";

    #[test]
    fn a_request_is_shown_as_curl_and_as_fetch() {
        let shown = Shown::read("request", CHANGE);
        assert_eq!(
            shown.curl(),
            "curl -b cookies -c cookies -X PATCH \"$host/api/cases/{caseId}/status\" \\\n  -H 'If-Match: \"1\"' \\\n  \
             -H 'Content-Type: application/json' \\\n  -d '{\"status\": \"DIRECTIONS\"}'"
        );
        assert_eq!(
            shown.fetch(),
            "const answer = await fetch(\"/api/cases/{caseId}/status\", {\n  method: \"PATCH\",\n  headers: \
             { \"If-Match\": \"\\\"1\\\"\", \"Content-Type\": \"application/json\" },\n  body: JSON.stringify({\"status\": \
             \"DIRECTIONS\"}),\n});\nconsole.log(answer.status, await answer.json());"
        );
        let form = Shown::read("request", "POST /api/x\n\ndocumentType=court-order\nfile=@order.pdf\n");
        assert!(
            form.curl().ends_with("-F 'documentType=court-order' \\\n  -F 'file=@order.pdf'"),
            "{}",
            form.curl()
        );
        assert!(form.fetch().contains("form.append(\"file\", file, \"order.pdf\")"), "{}", form.fetch());
        assert_eq!(Shown::read("request", "GET /live\n").curl(), "curl -b cookies -c cookies \"$host/live\"");
    }

    #[test]
    fn a_request_that_changes_something_is_sent_only_to_a_trial_server() {
        for (text, writes, is_sent) in [
            (CHANGE, Writes::Sent, true),
            (CHANGE, Writes::Shown, false),
            ("GET /api/cases\n", Writes::Shown, true),
        ] {
            assert_eq!(html("request", text, writes).contains("<button"), is_sent, "{text}");
        }
    }

    #[test]
    fn a_saved_value_has_an_element_in_later_requests() {
        assert_eq!(
            with_blanks("<a>/{caseId}/{\"b\": 1}"),
            "&lt;a&gt;/<var data-name=\"caseId\">{caseId}</var>/{&quot;b&quot;: 1}"
        );
    }
}
