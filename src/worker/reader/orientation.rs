//! Which way up a page is.

use tokio::fs::File;

use super::Reader;
use crate::worker::error::{Blame, JobError};

/// Of Tesseract's measure; a page with two short lines has about 2.
const CERTAIN: f64 = 1.5;
const LONGEST_ANSWER: u64 = 64 * 1024;

impl Reader {
    /// How Tesseract is to look at the page: "1" finds out how it lies, and "3" takes it as upright.
    pub(super) async fn segmentation(&self, file: &File, page: &str) -> Result<&'static str, JobError> {
        let arguments = ["/dev/stdin", "-", "--psm", "0", "-c", page];
        match self.toolbox.run("tesseract", &arguments, file, LONGEST_ANSWER).await {
            Ok(output) if is_turned(&String::from_utf8_lossy(&output)) => Ok("1"),
            // An error, too, where there is too little to tell it by.
            Err(error) if error.blame != Blame::Document => Err(error),
            _ => Ok("3"),
        }
    }
}

/// `Rotate: 90`, and `Orientation confidence: 4.21`.
fn is_turned(answer: &str) -> bool {
    let value = |name: &str| {
        let line = answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.and_then(|value| value.trim().parse::<f64>().ok()).unwrap_or_default()
    };
    value("Rotate") > 0.0 && value("Orientation confidence") >= CERTAIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_turned_only_for_good_reason() {
        let answer = |rotate: i32, confidence: f64| {
            format!(
                "Page number: 0\nOrientation in degrees: 270\nRotate: {rotate}\nOrientation confidence: {confidence}\nScript: Latin\n"
            )
        };
        assert!(is_turned(&answer(90, 4.21)));
        assert!(is_turned(&answer(180, 1.5)));
        assert!(!is_turned(&answer(90, 1.49)));
        assert!(!is_turned(&answer(0, 14.0)));
        assert!(!is_turned(""));
    }
}
