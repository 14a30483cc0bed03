//! The changes of an import, as shown.

use std::{collections::BTreeMap, fmt::Write};

use tokio_postgres::Row;

/// The change that one line of a file makes.
pub struct Difference {
    pub line: i32,
    action: String,
    user_id: String,
    detail: String,
}

impl From<Row> for Difference {
    fn from(row: Row) -> Self {
        Self { line: row.get(0), action: row.get(1), user_id: row.get(2), detail: row.get(3) }
    }
}

/// Each on a line, then the count of each kind.
pub fn shown(differences: &[Difference], rows: usize, outcome: &str) -> Vec<u8> {
    let mut text = String::new();
    let mut counts = BTreeMap::<&str, usize>::new();
    for Difference { line, action, user_id, detail } in differences {
        let _ = writeln!(text, "line {line}: {action} {} ({})", on_one_line(user_id), on_one_line(detail));
        *counts.entry(action).or_default() += 1;
    }
    let counts: Vec<_> = counts.iter().map(|(action, count)| format!("{action} {count}")).collect();
    let counts = if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) };
    let _ = writeln!(text, "{rows} rows, {} differences{counts}. {outcome}", differences.len());
    text.into_bytes()
}

/// A name may hold line breaks or terminal controls.
pub fn on_one_line(text: &str) -> String {
    text.chars().fold(String::new(), |mut shown, character| {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
        shown
    })
}
