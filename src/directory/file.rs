//! A file of users and their memberships. The database decides what its rows mean; this only reads CSV.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use csv::{ErrorKind, Position, Reader, StringRecord};
use serde_json::{Map, Value, json};

use crate::values::nfc;

const COLUMNS: [&str; 8] =
    ["userId", "issuer", "subject", "name", "enabled", "role", "court", "organisationId"];
/// Rows that the database is given at once.
const PIECE: usize = 5000;

pub struct File {
    pub path: PathBuf,
    /// The columns in the order of this file.
    columns: Vec<&'static str>,
    rows: Vec<Row>,
}

struct Row {
    line: usize,
    values: StringRecord,
}

impl File {
    pub fn read(path: &Path) -> Result<Self, String> {
        let wrong = |reason: String| format!("{}: {reason} Nothing was changed.", path.display());
        let bytes = fs::read(path).map_err(|error| wrong(format!("It cannot be read: {error}.")))?;
        let mut reader = Reader::from_reader(bytes.as_slice());
        let header = reader.headers().map_err(|error| wrong(problem(&bytes, error, &[])))?;
        let columns = columns(header).map_err(wrong)?;
        let mut rows = Vec::new();
        for values in reader.into_records() {
            let values = values.map_err(|error| wrong(problem(&bytes, error, &columns)))?;
            let line = line(&bytes, values.position());
            if let Some(at) = values.iter().position(|value| value.contains('\0')) {
                return Err(wrong(format!("Line {line}, {}: It holds a NUL byte.", columns[at])));
            }
            rows.push(Row { line, values });
        }
        Ok(Self { path: path.to_owned(), columns, rows })
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows in pieces for `auth.import_directory`, with the size of each. All rows of a user share one piece, as
    /// memberships missing from it end.
    pub fn pieces(&self) -> impl Iterator<Item = (usize, Value)> {
        let user = self.columns.iter().position(|column| *column == "userId");
        let mut by_user = HashMap::<String, usize>::new();
        let mut users: Vec<Vec<&Row>> = Vec::new();
        for row in &self.rows {
            let user = nfc(user.and_then(|at| row.values.get(at)).unwrap_or_default().trim_matches(is_blank));
            let at = *by_user.entry(user).or_insert(users.len());
            if at == users.len() {
                users.push(Vec::new());
            }
            users[at].push(row);
        }

        let mut users = users.into_iter().peekable();
        std::iter::from_fn(move || {
            let mut piece = users.next()?;
            while let Some(rows) = users.next_if(|rows| piece.len() + rows.len() <= PIECE) {
                piece.extend(rows);
            }
            piece.sort_by_key(|row| row.line);
            Some((piece.len(), piece.into_iter().map(|row| self.as_json(row)).collect()))
        })
    }

    fn as_json(&self, row: &Row) -> Value {
        let values = self.columns.iter().zip(&row.values).filter(|(_, value)| !value.is_empty());
        let mut object: Map<_, _> =
            values.map(|(name, value)| ((*name).to_owned(), json!(in_form(name, value)))).collect();
        object.insert("line".to_owned(), json!(row.line));
        Value::Object(object)
    }
}

/// Issuer and subject are the provider's, to the byte; all else is a name.
fn in_form(column: &str, value: &str) -> String {
    if matches!(column, "issuer" | "subject") { value.to_owned() } else { nfc(value) }
}

fn columns(header: &StringRecord) -> Result<Vec<&'static str>, String> {
    if header.is_empty() {
        return Err(format!("It is empty. Its first line must be: {}.", COLUMNS.join(",")));
    }
    let mut columns = Vec::new();
    for name in header {
        let known = COLUMNS.into_iter().find(|column| *column == name.trim());
        let known = known.ok_or_else(|| {
            format!(
                "Its first line has {name:?}, which is not a column. The columns are: {}.",
                COLUMNS.join(",")
            )
        })?;
        if columns.contains(&known) {
            return Err(format!("Its first line has {known} twice."));
        }
        columns.push(known);
    }
    let missing: Vec<_> = COLUMNS.into_iter().filter(|column| !columns.contains(column)).collect();
    if missing.is_empty() {
        Ok(columns)
    } else {
        Err(format!("Its first line lacks {}. The columns are: {}.", missing.join(", "), COLUMNS.join(",")))
    }
}

fn problem(bytes: &[u8], error: csv::Error, columns: &[&str]) -> String {
    match error.into_kind() {
        ErrorKind::Utf8 { pos, err } => {
            let column = columns.get(err.field()).map(|column| format!(", {column}")).unwrap_or_default();
            format!(
                "Line {}{column}: It is not UTF-8. Save the file as CSV in UTF-8.",
                line(bytes, pos.as_ref())
            )
        }
        ErrorKind::UnequalLengths { pos, expected_len, len } => format!(
            "Line {} has {len} fields and not {expected_len}. Put a value with a comma, a quote or a line break in quotes.",
            line(bytes, pos.as_ref())
        ),
        ErrorKind::Io(error) => format!("It cannot be read: {error}."),
        other => format!("It cannot be read: {other:?}."),
    }
}

/// As an editor counts. To the reader, empty lines and the end of the line before belong to a record.
fn line(bytes: &[u8], position: Option<&Position>) -> usize {
    let Some(position) = position else { return 1 };
    let [start, before] =
        [position.byte(), position.line()].map(|number| usize::try_from(number).unwrap_or(0));
    let blank = bytes.iter().skip(start).take_while(|byte| matches!(byte, b'\r' | b'\n'));
    before + blank.filter(|byte| **byte == b'\n').count()
}

/// At least all that `core.trimmed` takes off.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "userId,issuer,subject,name,enabled,role,court,organisationId";

    fn read(text: &str) -> Result<File, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        fs::write(&path, text).unwrap();
        File::read(&path)
    }

    fn lines(file: &File) -> Vec<usize> {
        file.rows.iter().map(|row| row.line).collect()
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        let row = |user: &str| format!("{user},,,,,,,");
        for (start, end) in [("", "\n"), ("", "\r\n"), ("\u{FEFF}", "\n"), ("\u{FEFF}", "\r\n")] {
            let text = [HEADER, &row("a"), &row("\"b\nc\""), "", &row("d"), "", "", &row("e")].join(end);
            assert_eq!(lines(&read(&format!("{start}{text}")).unwrap()), [2, 3, 6, 9], "{start:?} {end:?}");
        }
        let wrong = read(&[HEADER, "", &row("a"), "", "b", ""].join("\r\n")).err().unwrap();
        assert!(wrong.contains("Line 5 has 1 fields"), "{wrong}");
    }

    #[test]
    fn all_rows_of_a_user_are_in_one_piece() {
        let others: Vec<_> = (0..PIECE).map(|number| format!("user-{number},,,,,,,\n")).collect();
        let file = read(&format!("{HEADER}\nuna,,,,,,,\n{}\u{FEFF}una ,,,,,,,\n", others.concat())).unwrap();
        let pieces: Vec<_> = file.pieces().collect();
        assert_eq!(pieces.iter().map(|(count, _)| *count).collect::<Vec<_>>(), [PIECE, 2]);
        let lines = |piece: &Value| -> Vec<u64> {
            piece.as_array().unwrap().iter().map(|row| row["line"].as_u64().unwrap()).collect()
        };
        assert_eq!(lines(&pieces[0].1)[..2], [2, 3]);
        assert_eq!(lines(&pieces[0].1)[PIECE - 1], 5003);
        assert_eq!(lines(&pieces[1].1), [5001, 5002]);
    }
}
