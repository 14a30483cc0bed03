//! Requests of monitoring.

/// Probes, which come every few seconds: metrics count them, and the log says when a server becomes ready or not.
pub fn is_probe(path: &str) -> bool {
    matches!(path, "/live" | "/ready" | "/metrics" | "/api/health" | "/api/public/health")
}
