//! The metrics at /metrics. Other code updates them; they query nothing.

mod process;

use std::{sync::LazyLock, time::Duration};

use prometheus::{
    Gauge, GaugeVec, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    TextEncoder, core::Collector,
};

/// From a quick read to the longest that a request may wait for the database, in seconds.
const BUCKETS: [f64; 11] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5];

/// From a quick scan to the longest that reading may take, in seconds.
const JOB_BUCKETS: [f64; 9] = [0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 180.0, 600.0];

static BUILD: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    let opts = opts("build_info", "1, for the version that runs, and the commit that it was built from");
    registered(IntGaugeVec::new(opts, &["version", "commit"]))
});
static READY: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("ready", "1 while /ready says yes, 0 while it says no"));
static REQUESTS: LazyLock<IntCounterVec> =
    LazyLock::new(|| counters("requests_total", "Requests answered", &["operation", "status"]));
static REQUEST_SECONDS: LazyLock<HistogramVec> =
    LazyLock::new(|| seconds("request_seconds", "How long requests took", &["operation"]));
static DATABASE_SECONDS: LazyLock<HistogramVec> = LazyLock::new(|| {
    seconds("database_seconds", "How long functions took, with all tries and waits", &["function"])
});
static DATABASE_ERRORS: LazyLock<IntCounterVec> =
    LazyLock::new(|| counters("database_errors_total", "Errors of the database", &["sqlstate"]));
static RETRIES: LazyLock<IntCounterVec> =
    LazyLock::new(|| counters("retries_total", "Transactions that were tried again", &["sqlstate"]));
static POOL_WAIT_SECONDS: LazyLock<HistogramVec> =
    LazyLock::new(|| seconds("pool_wait_seconds", "How long requests waited for a connection", &[]));
static POOL_CONNECTIONS: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    let opts = opts("pool_connections", "Connections to the database");
    registered(IntGaugeVec::new(opts, &["state"]))
});
static STANDBY_READS: LazyLock<IntCounter> = LazyLock::new(|| {
    let opts = opts("standby_reads_total", "Calls of the database that a standby has answered");
    registered(IntCounter::with_opts(opts))
});
static POOL_WAITING: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("pool_waiting", "Requests that wait for a connection"));
static CONNECTIONS: LazyLock<IntGauge> = LazyLock::new(|| gauge("connections", "Clients that are connected"));
static CONNECTIONS_REFUSED: LazyLock<IntCounter> = LazyLock::new(|| {
    let opts = opts("connections_refused_total", "Clients refused because too many were connected");
    registered(IntCounter::with_opts(opts))
});
static RATE_LIMITED: LazyLock<IntCounterVec> =
    LazyLock::new(|| counters("rate_limited_total", "Requests beyond a rate limit", &["limit"]));
static HOUSEKEEPING_ENDED: LazyLock<IntCounter> = LazyLock::new(|| {
    let opts = opts("housekeeping_ended_total", "How many times housekeeping failed and was started again");
    registered(IntCounter::with_opts(opts))
});
static SIGN_INS: LazyLock<IntCounterVec> =
    LazyLock::new(|| counters("sign_ins_total", "Sign-ins, by kind and outcome", &["kind", "outcome"]));
static SESSIONS_ENDED: LazyLock<IntCounterVec> = LazyLock::new(|| {
    counters("sessions_ended_total", "Sessions ended by their user or by the identity provider", &["by"])
});
static STORE_SECONDS: LazyLock<HistogramVec> = LazyLock::new(|| {
    seconds_of_a_job(
        "store_seconds",
        "How long the document store took, until it began to answer",
        &["operation"],
    )
});
static STORE_ERRORS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    counters("store_errors_total", "How many requests to the document store failed", &["operation"])
});
static SCANS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    counters("scans_total", "What the virus scanner said, or error if it said nothing", &["verdict"])
});
static SCAN_SECONDS: LazyLock<HistogramVec> =
    LazyLock::new(|| seconds_of_a_job("scan_seconds", "How long the virus scanner took", &[]));
static JOBS: LazyLock<IntCounterVec> =
    LazyLock::new(|| counters("jobs_total", "Attempts of this worker at a document", &["task", "outcome"]));
static JOB_SECONDS: LazyLock<HistogramVec> =
    LazyLock::new(|| seconds_of_a_job("job_seconds", "How long attempts at a document took", &["task"]));
static DOCUMENTS_WAITING: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    let opts = opts("documents_waiting", "Documents that wait for a worker, by task");
    registered(IntGaugeVec::new(opts, &["task"]))
});
static DOCUMENTS_DAMAGED: LazyLock<IntCounter> = LazyLock::new(|| {
    let opts =
        opts("documents_damaged_total", "Downloads refused because the stored bytes are gone or damaged");
    registered(IntCounter::with_opts(opts))
});
static NEWEST_ANCHOR: LazyLock<Gauge> = LazyLock::new(|| {
    let opts = opts("newest_anchor_timestamp_seconds", "When the newest anchor was taken, 0 without one");
    registered(Gauge::with_opts(opts))
});
static DOCUMENTS_OLDEST_SECONDS: LazyLock<GaugeVec> = LazyLock::new(|| {
    let opts = opts("documents_oldest_seconds", "For how long the oldest document of each kind has waited");
    registered(GaugeVec::new(opts, &["task"]))
});

fn opts(name: &str, help: &str) -> Opts {
    Opts::new(name, help).namespace("casefile")
}

fn counters(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    registered(IntCounterVec::new(opts(name, help), labels))
}

fn seconds(name: &str, help: &str, labels: &[&str]) -> HistogramVec {
    histogram(name, help, labels, &BUCKETS)
}

fn seconds_of_a_job(name: &str, help: &str, labels: &[&str]) -> HistogramVec {
    histogram(name, help, labels, &JOB_BUCKETS)
}

fn histogram(name: &str, help: &str, labels: &[&str], buckets: &[f64]) -> HistogramVec {
    let opts = HistogramOpts { common_opts: opts(name, help), buckets: buckets.to_vec() };
    registered(HistogramVec::new(opts, labels))
}

fn gauge(name: &str, help: &str) -> IntGauge {
    registered(IntGauge::with_opts(opts(name, help)))
}

#[expect(clippy::expect_used, reason = "the names stand above, and a test reads all of them back")]
fn registered<M: Collector + Clone + 'static>(metric: prometheus::Result<M>) -> M {
    let metric = metric.expect("a figure has a proper name");
    prometheus::register(Box::new(metric.clone())).expect("a figure has a name of its own");
    metric
}

/// Values that never change while the process runs.
pub fn started() {
    BUILD.with_label_values(&[env!("CARGO_PKG_VERSION"), env!("CASEFILE_COMMIT")]).set(1);
    process::started();
    // A counter that exists from the start shows the first event as an increase.
    for counter in [&DOCUMENTS_DAMAGED, &HOUSEKEEPING_ENDED, &CONNECTIONS_REFUSED] {
        LazyLock::force(counter);
    }
    for (counters, values) in [
        (&STORE_ERRORS, &["get", "put", "remove", "verify"][..]),
        (&SCANS, &["clean", "infected", "skipped", "error"]),
        (&RETRIES, &["40001", "40P01"]),
        (&RATE_LIMITED, &["address", "session"]),
    ] {
        for value in values {
            counters.with_label_values(&[*value]);
        }
    }
}

/// All figures, in the text format of Prometheus.
pub fn text() -> String {
    process::measure();
    TextEncoder::new().encode_to_string(&prometheus::gather()).unwrap_or_default()
}

/// The connections to the database, with abandoned ones on which it still works; and the requests that wait for one.
pub fn pool(used: usize, idle: usize, abandoned: usize, waiting: usize) {
    for (state, connections) in [("used", used), ("idle", idle), ("abandoned", abandoned)] {
        POOL_CONNECTIONS.with_label_values(&[state]).set(whole(connections));
    }
    POOL_WAITING.set(whole(waiting));
}

/// The latest answer to whether it can serve or work.
pub fn readiness(is_ready: bool) {
    READY.set(is_ready.into());
}

/// The documents that wait for that work, and the oldest one's wait.
pub fn documents_waiting(task: &str, waiting: i64, oldest_seconds: f64) {
    DOCUMENTS_WAITING.with_label_values(&[task]).set(waiting);
    DOCUMENTS_OLDEST_SECONDS.with_label_values(&[task]).set(oldest_seconds);
}

/// When the newest anchor of the audit trail was taken, in seconds since 1970; 0 without one.
pub fn newest_anchor(seconds: f64) {
    NEWEST_ANCHOR.set(seconds);
}

/// The document store was asked for something.
pub fn store_call(operation: &str, is_done: bool, took: Duration) {
    STORE_SECONDS.with_label_values(&[operation]).observe(took.as_secs_f64());
    if !is_done {
        STORE_ERRORS.with_label_values(&[operation]).inc();
    }
}

/// The virus scanner was asked about a document.
pub fn scan(verdict: &str, took: Duration) {
    SCANS.with_label_values(&[verdict]).inc();
    SCAN_SECONDS.with_label_values(&[] as &[&str]).observe(took.as_secs_f64());
}

/// A download found that the stored bytes are not those that were uploaded.
pub fn document_damaged() {
    DOCUMENTS_DAMAGED.inc();
}

/// The worker has scanned or read a document, or has tried.
pub fn job(task: &str, is_done: bool, took: Duration) {
    JOBS.with_label_values(&[task, if is_done { "done" } else { "failed" }]).inc();
    JOB_SECONDS.with_label_values(&[task]).observe(took.as_secs_f64());
}

/// A function of the database has been called.
pub fn database_call(function: &str, took: Duration) {
    DATABASE_SECONDS.with_label_values(&[function]).observe(took.as_secs_f64());
}

/// A call has failed, for the last time or not.
pub fn database_error(sqlstate: &str) {
    DATABASE_ERRORS.with_label_values(&[sqlstate]).inc();
}

/// A transaction is tried again.
pub fn retried(sqlstate: &str) {
    RETRIES.with_label_values(&[sqlstate]).inc();
}

/// A standby has answered.
pub fn read_from_standby() {
    STANDBY_READS.inc();
}

/// A request has waited for a connection to the database.
pub fn pool_wait(took: Duration) {
    POOL_WAIT_SECONDS.with_label_values(&[] as &[&str]).observe(took.as_secs_f64());
}

/// A request has been answered.
pub fn answered(operation: &str, status: u16, took: Duration) {
    REQUESTS.with_label_values(&[operation, &status.to_string()]).inc();
    REQUEST_SECONDS.with_label_values(&[operation]).observe(took.as_secs_f64());
}

/// A request was beyond that limit.
pub fn rate_limited(limit: &str) {
    RATE_LIMITED.with_label_values(&[limit]).inc();
}

/// A run of housekeeping has failed.
pub fn housekeeping_ended() {
    HOUSEKEEPING_ENDED.inc();
}

/// A session was opened, or why not.
pub fn sign_in(kind: &str, outcome: &str) {
    SIGN_INS.with_label_values(&[kind, outcome]).inc();
}

/// That many sessions were ended by `user` or by `provider`.
pub fn sessions_ended(by: &str, sessions: i32) {
    SESSIONS_ENDED.with_label_values(&[by]).inc_by(u64::try_from(sessions).unwrap_or(0));
}

/// A client has come.
pub fn connected() {
    CONNECTIONS.inc();
}

/// A client has gone.
pub fn disconnected() {
    CONNECTIONS.dec();
}

/// A client was turned away.
pub fn connection_refused() {
    CONNECTIONS_REFUSED.inc();
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
