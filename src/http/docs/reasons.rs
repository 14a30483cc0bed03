//! The register of failures, for the page about errors.

use std::fmt::Write as _;

use poem::http::StatusCode;

use crate::reason::Reason;

/// One section for each status, and in it one for each reason, in Markdown. The id of each is its word.
pub fn sections() -> String {
    let mut page = String::new();
    let mut last = 0;
    for reason in Reason::ALL {
        let status = reason.status();
        if status != last {
            let name = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
            let _ = writeln!(page, "## {status} {} {{#status-{status}}}\n", name.unwrap_or_default());
            last = status;
        }
        let answers: Vec<_> = reason
            .answers()
            .iter()
            .map(|(status, code)| format!("{status} with the code `{code}`"))
            .collect();
        let word = reason.word();
        let _ = writeln!(page, "### `{word}` {{#{word}}}\n\n{}\n", reason.when());
        let _ =
            writeln!(page, "**What to do:** {}\n\nAnswered as {}.\n", reason.remedy(), answers.join(", or "));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_its_section_below_its_status() {
        let page = sections();
        for reason in Reason::ALL {
            let heading = format!("### `{0}` {{#{0}}}", reason.word());
            assert_eq!(page.matches(&heading).count(), 1, "{heading}");
        }
        let statuses: Vec<_> = page.lines().filter(|line| line.starts_with("## ")).collect();
        let mut sorted = statuses.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(statuses, sorted, "one section for each status, in order");
    }
}
