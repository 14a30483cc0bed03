//! The trace that a request belongs to, which its sender names (W3C Trace Context). It is in the log, and every service
//! that the request calls gets it.

use std::fmt;

use tokio::task_local;

pub const TRACEPARENT: &str = "traceparent";
/// `00-TRACE-SPAN-FLAGS`
const LENGTH: usize = 55;

task_local! {
    static CURRENT: Option<Trace>;
}

/// The trace and the step that sent the request. It is passed on as it came, unless this server makes spans of its own
/// (the feature `otlp`).
#[derive(Clone, Debug, PartialEq)]
pub struct Trace(String);

impl Trace {
    /// An unreadable value names no trace. Later versions begin like the first.
    pub fn read(header: &str) -> Option<Self> {
        let known = header.get(..LENGTH)?;
        let is_later = !header.starts_with("00-");
        let goes_on = header.len() > LENGTH && (!is_later || header.as_bytes()[LENGTH] != b'-');
        let parts: Vec<&str> = known.split('-').collect();
        let [version, trace, span, flags] = parts[..] else { return None };
        let is_well = [(version, 2), (trace, 32), (span, 16), (flags, 2)]
            .iter()
            .all(|(part, length)| part.len() == *length && part.bytes().all(is_hex));
        let is_named = [trace, span].iter().all(|id| id.bytes().any(|digit| digit != b'0'));
        (is_well && is_named && !goes_on && version != "ff").then(|| Self(known.to_owned()))
    }

    #[cfg(feature = "otlp")]
    pub fn of(trace: impl fmt::Display, span: impl fmt::Display, flags: u8) -> Self {
        Self(format!("00-{trace}-{span}-{flags:02x}"))
    }

    pub fn id(&self) -> &str {
        &self.0[3..35]
    }

    #[cfg(feature = "otlp")]
    pub fn span(&self) -> &str {
        &self.0[36..52]
    }

    #[cfg(feature = "otlp")]
    pub fn is_sampled(&self) -> bool {
        u8::from_str_radix(&self.0[53..], 16).is_ok_and(|flags| flags & 1 == 1)
    }
}

/// Its form in the header.
impl fmt::Display for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_hex(digit: u8) -> bool {
    digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit)
}

/// Does the work as a part of that trace.
pub async fn with_trace<T>(trace: Option<Trace>, work: impl Future<Output = T>) -> T {
    CURRENT.scope(trace, work).await
}

/// The trace that the work at hand belongs to.
pub fn current() -> Option<Trace> {
    CURRENT.try_with(Clone::clone).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    #[test]
    fn a_header_is_taken_as_the_standard_has_it() {
        for (header, is_good) in [
            (format!("00-{TRACE}-{SPAN}-01"), true),
            (format!("00-{TRACE}-{SPAN}-00"), true),
            (format!("cc-{TRACE}-{SPAN}-01"), true),
            (format!("cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like"), true),
            (format!("cc-{TRACE}-{SPAN}-01.what"), false),
            (format!("00-{TRACE}-{SPAN}-01-more"), false),
            (format!("ff-{TRACE}-{SPAN}-01"), false),
            (format!("00-{}-{SPAN}-01", "0".repeat(32)), false),
            (format!("00-{TRACE}-{}-01", "0".repeat(16)), false),
            (format!("00-{}-{SPAN}-01", TRACE.to_uppercase()), false),
            (format!("00-{TRACE}-{SPAN}-0x"), false),
            (format!("00-{TRACE}{SPAN}--01"), false),
            (format!("00_{TRACE}_{SPAN}_01"), false),
            (format!("00-{TRACE}-{SPAN}"), false),
            ("ä".repeat(30), false),
            (String::new(), false),
        ] {
            let trace = Trace::read(&header);
            assert_eq!(trace.is_some(), is_good, "{header}");
            assert!(trace.is_none_or(|trace| trace.id() == TRACE && header.starts_with(&trace.to_string())));
        }
    }

    #[tokio::test]
    async fn the_work_at_hand_knows_its_trace() {
        let trace = Trace::read(&format!("00-{TRACE}-{SPAN}-01"));
        assert_eq!(with_trace(trace.clone(), async { current() }).await, trace);
        assert_eq!(with_trace(None, async { current() }).await, None);
        assert_eq!(current(), None);
    }
}
