//! The text layer of a PDF page: whether it is real text, and what the picture of the page adds.

use std::collections::HashSet;

/// One in so many characters may have no meaning. Fonts with unknown letters have far more.
const UNMAPPED: usize = 10;

/// Whether there is nothing to read in it.
pub fn is_blank(text: &str) -> bool {
    let (mut all, mut unmapped) = (0, 0);
    for character in text.chars().filter(|character| !character.is_whitespace()) {
        all += 1;
        let is_unmapped = character.is_control()
            || matches!(character, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
        unmapped += usize::from(is_unmapped);
    }
    unmapped * UNMAPPED >= all
}

/// The text, and the lines that were only seen.
pub fn merged(text: &str, seen: &str) -> String {
    if is_blank(text) {
        return seen.to_owned();
    }
    let known: HashSet<String> = words(text).collect();
    let mut merged = text.trim_end().to_owned();
    for line in seen.lines() {
        let (mut all, mut new) = (0, 0);
        for word in words(line) {
            all += 1;
            new += usize::from(!known.contains(&word));
        }
        if new * 2 > all {
            merged.push('\n');
            merged.push_str(line);
        }
    }
    merged
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_without_a_meaning_are_no_text() {
        for text in
            ["", " \n", "\u{FFFD}\u{FFFD} \u{FFFD}", "\u{E001}\u{E002}a", "7KH\u{3}FKLOG\u{3}OLYHV\u{3}LQ"]
        {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["Page A12", "合同", "A \u{F0B7} list with a bullet from Symbol", "3"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn lines_are_not_read_twice() {
        let text = "Page A12\n";
        assert_eq!(merged(text, "ORDER OF THE COURT\n\nPage A12"), "Page A12\nORDER OF THE COURT");
        assert_eq!(merged(text, "page a12,"), "Page A12");
        assert_eq!(merged("\u{FFFD}", "ORDER"), "ORDER");
        assert_eq!(
            merged("The child lives in Leeds", "The child llves in Leeds"),
            "The child lives in Leeds"
        );
    }
}
