//! Facts from the database and the document, as tables in Markdown: from files that `scripts/gen-docs` writes from a
//! migrated database, and from the rows shipped with one.

use std::{collections::BTreeSet, fmt::Write as _};

use csv::StringRecord;
use serde_json::Value;

const OPERATIONS: &str = include_str!("../../../db/docs/operations.csv");
const STATUSES: &str = include_str!("../../../db/docs/statuses.csv");
const COURTS: &str = include_str!("../../../db/reference/core.courts.csv");
const DOCUMENT_TYPES: &str = include_str!("../../../db/reference/core.document_types.csv");
const FILE_TYPES: &str = include_str!("../../../db/reference/core.file_types.csv");

/// The roles of the database, with the word that the API has for each, and a name short enough for a column.
const ROLES: [(&str, &str, &str); 6] = [
    ("hmcts_case_officer", "HMCTS_CASE_OFFICER", "Officer"),
    ("judge_legal_adviser", "JUDGE_LEGAL_ADVISER", "Judge"),
    ("cafcass_officer", "CAFCASS_OFFICER", "Cafcass"),
    ("la_social_worker", "LA_SOCIAL_WORKER", "Social worker"),
    ("vaa_worker", "VAA_WORKER", "Agency"),
    ("adopter", "ADOPTER", "Adopter"),
];

/// The table of that name, if there is one.
pub fn table(name: &str, document: &Value) -> Option<String> {
    Some(match name {
        "operations" => operations(document),
        "changes" => changes(),
        "courts" => {
            rows(COURTS, &["Court", "Code", "Region"], |row| vec![cell(row, 1), code(row, 0), cell(row, 2)])
        }
        "document-types" => rows(DOCUMENT_TYPES, &["Type", "Name", "What it is"], |row| {
            vec![code(row, 0), cell(row, 2), cell(row, 3)]
        }),
        "file-types" => rows(FILE_TYPES, &["Ending", "Content type", "Largest"], |row| {
            let size = cell(row, 3).parse().map_or(0, |bytes: u64| bytes >> 20);
            vec![code(row, 0), code(row, 1), format!("{size} MiB")]
        }),
        _ => return None,
    })
}

/// Which role may call which operation: the roles that may execute its function.
fn operations(document: &Value) -> String {
    let grants: BTreeSet<(String, String)> = records(OPERATIONS)
        .filter(|row| row.get(0) == Some("api"))
        .map(|row| (cell(&row, 1), cell(&row, 3)))
        .collect();
    let mut page = String::new();
    for tag in document["tags"].as_array().into_iter().flatten() {
        let name = tag["name"].as_str().unwrap_or_default();
        let lines: Vec<_> = of_tag(document, name).map(|operation| operation.line(&grants)).collect();
        if lines.is_empty() {
            continue;
        }
        let _ = write!(page, "\n## {name}\n\n");
        page.push_str(&head(&["Operation"].into_iter().chain(ROLES.map(|role| role.2)).collect::<Vec<_>>()));
        page.extend(lines);
    }
    page
}

struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    definition: &'a Value,
}

fn of_tag<'a>(document: &'a Value, tag: &'a str) -> impl Iterator<Item = Operation<'a>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(move |(method, definition)| Operation { method, path, definition })
    });
    operations.filter(move |operation| operation.definition["tags"][0] == tag)
}

impl Operation<'_> {
    fn line(&self, grants: &BTreeSet<(String, String)>) -> String {
        let id = self.definition["operationId"].as_str().unwrap_or_default();
        // Many uploads are each an upload.
        let function = if id == "upload_documents" { "upload_document" } else { id };
        let is_granted = grants.iter().any(|(name, _)| name == function);
        let is_open = self.definition["security"].as_array().is_none_or(Vec::is_empty);
        let cells = ROLES.map(|(role, ..)| match (is_open, is_granted) {
            (true, _) => "anyone",
            (false, false) => "yes",
            (false, true) if grants.contains(&(function.to_owned(), role.to_owned())) => "yes",
            (false, true) => "–",
        });
        let summary = self.definition["summary"].as_str().unwrap_or_default();
        let operation = format!("{summary}<br>`{} {}`", self.method.to_uppercase(), self.path);
        line(&[operation].into_iter().chain(cells.map(str::to_owned)).collect::<Vec<_>>())
    }
}

fn changes() -> String {
    rows(STATUSES, &["From", "To", "Who", "Reason"], |row| {
        let roles: Vec<_> = ROLES
            .iter()
            .filter(|(_, word, _)| cell(row, 2).split(' ').any(|role| role == *word))
            .map(|(.., name)| *name)
            .collect();
        let reason = if cell(row, 3).is_empty() { "–".to_owned() } else { cell(row, 3) };
        vec![code(row, 0), code(row, 1), roles.join(" or ").to_lowercase(), reason]
    })
}

fn rows(text: &str, columns: &[&str], cells: impl Fn(&StringRecord) -> Vec<String>) -> String {
    records(text).fold(head(columns), |table, row| table + &line(&cells(&row)))
}

fn records(text: &str) -> impl Iterator<Item = StringRecord> {
    csv::Reader::from_reader(text.as_bytes()).into_records().filter_map(Result::ok)
}

fn head(columns: &[&str]) -> String {
    format!("| {} |\n|{}\n", columns.join(" | "), " --- |".repeat(columns.len()))
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn cell(row: &StringRecord, number: usize) -> String {
    row.get(number).unwrap_or_default().to_owned()
}

fn code(row: &StringRecord, number: usize) -> String {
    format!("`{}`", cell(row, number))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_roles_of_an_operation_are_those_that_may_execute_its_function() {
        let operation = |id: &str, security: Value| json!({"tags": ["Cases"], "operationId": id, "summary": id, "security": security});
        let document = json!({"tags": [{"name": "Cases"}, {"name": "Nothing"}], "paths": {
            "/cases": {"post": operation("create_case", json!([{"session": []}])), "get": operation("list_cases", json!([{}]))},
            "/documents": {"post": operation("upload_documents", json!([{"session": []}]))},
            "/live": {"get": operation("get_live", json!([]))},
            "/me": {"get": operation("change_membership", json!([{"session": []}]))},
        }});
        let page = operations(&document);
        for line in [
            "| create_case<br>`POST /cases` | yes | – | – | – | – | – |",
            "| list_cases<br>`GET /cases` | yes | yes | yes | yes | yes | yes |",
            "| upload_documents<br>`POST /documents` | yes | – | yes | yes | yes | yes |",
            "| get_live<br>`GET /live` | anyone | anyone | anyone | anyone | anyone | anyone |",
            "| change_membership<br>`GET /me` | yes | yes | yes | yes | yes | yes |",
        ] {
            assert!(page.contains(line), "{line} is not in {page}");
        }
        assert!(!page.contains("## Nothing"));
    }

    #[test]
    fn a_change_of_status_says_who_and_whether_it_needs_a_reason() {
        let table = changes();
        assert!(table.contains("| `FINAL_HEARING` | `ORDER_GRANTED` | judge | – |"), "{table}");
        assert!(table.contains("| `DIRECTIONS` | `ON_HOLD` | officer or judge | required |"), "{table}");
    }

    #[test]
    fn courts_and_types_are_those_that_are_shipped() {
        let document = Value::Null;
        for (name, rows) in
            [("courts", COURTS), ("document-types", DOCUMENT_TYPES), ("file-types", FILE_TYPES)]
        {
            let table = table(name, &document).unwrap();
            assert_eq!(table.lines().count(), rows.lines().count() + 1, "{table}");
        }
        assert_eq!(table("nothing", &document), None);
    }
}
