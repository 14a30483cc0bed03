//! The figures of /metrics.

use std::collections::HashMap;

use super::Client;

/// The samples, by name and labels as they are written.
pub struct Figures(pub HashMap<String, f64>);

impl Figures {
    /// As strict as Prometheus.
    pub fn of(client: &Client) -> Self {
        let answer = client.get("/metrics");
        assert!(answer.header("Content-Type").unwrap().starts_with("text/plain"));
        assert_eq!(answer.status, 200);
        let (mut kinds, mut samples) = (HashMap::new(), HashMap::new());
        for line in answer.text.lines() {
            if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                assert!(kinds.insert(name, kind).is_none(), "{name} is told twice");
            } else if let Some(help) = line.strip_prefix("# HELP ") {
                assert!(help.split_once(' ').is_some_and(|(_, text)| text.len() > 5), "{line}");
            } else {
                let (sample, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}"));
                let name = sample.split('{').next().unwrap();
                let family = ["_bucket", "_sum", "_count"]
                    .iter()
                    .find_map(|part| name.strip_suffix(part).filter(|family| kinds.contains_key(family)))
                    .unwrap_or(name);
                let is_ours = name.starts_with("casefile_") || name.starts_with("process_");
                assert!(is_ours && kinds.contains_key(family), "of no kind: {line}");
                assert_eq!(name.ends_with("_total"), kinds[family] == "counter", "{line}");
                check_labels(&sample[name.len()..]);
                let value = value.parse().unwrap_or_else(|_| panic!("no number: {line}"));
                assert!(samples.insert(sample.to_owned(), value).is_none(), "{sample} twice");
            }
        }
        Self(samples)
    }

    /// A figure that was never counted is absent.
    pub fn find(&self, sample: &str) -> Option<f64> {
        let sample = if sample.starts_with("process_") { sample } else { &format!("casefile_{sample}") };
        self.0.get(sample).copied()
    }

    pub fn get(&self, sample: &str) -> f64 {
        self.find(sample).unwrap_or_else(|| panic!("there is no {sample}"))
    }

    pub fn grown_since(&self, before: &Self, sample: &str) -> f64 {
        self.get(sample) - before.find(sample).unwrap_or_default()
    }

    #[track_caller]
    pub fn assert_not_counted_since(&self, before: &Self, sample: &str) {
        assert_eq!(self.find(sample), before.find(sample), "{sample}");
    }
}

/// `{name="value",other="value"}`, or nothing.
fn check_labels(labels: &str) {
    if labels.is_empty() {
        return;
    }
    let labels = labels.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap();
    for label in labels.split(',') {
        let (name, value) = label.split_once('=').unwrap();
        assert!(name.chars().all(|c| c.is_ascii_lowercase()), "{label}");
        assert!(value.len() > 2 && value.starts_with('"') && value.ends_with('"'), "{label}");
    }
}

#[track_caller]
pub fn assert_is(found: f64, wanted: u32) {
    assert!((found - f64::from(wanted)).abs() < 0.001, "{found} instead of {wanted}");
}
