//! What there is to see of the server at work: the figures at /metrics, and what a request adds up to for its line
//! in the log.

use std::{cell::Cell, sync::LazyLock, time::Duration};

use prometheus::{
    Gauge, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, TextEncoder,
    core::Collector,
};

use crate::db::{Db, Role};

/// From a quick read to the longest that a request may wait for the database, in seconds.
const BUCKETS: [f64; 11] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5];

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
static POOL_WAITING: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("pool_waiting", "Requests that wait for a connection"));
static CONNECTIONS: LazyLock<IntGauge> = LazyLock::new(|| gauge("connections", "Clients that are connected"));
static CONNECTIONS_REFUSED: LazyLock<IntCounter> = LazyLock::new(|| {
    let opts = opts("connections_refused_total", "Clients turned away, as too many were connected");
    registered(IntCounter::with_opts(opts))
});
static RATE_LIMITED: LazyLock<IntCounterVec> =
    LazyLock::new(|| counters("rate_limited_total", "Requests beyond a rate limit", &["limit"]));
static DOCUMENTS_WAITING: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("documents_waiting", "Documents that wait for a worker"));
static DOCUMENTS_OLDEST_SECONDS: LazyLock<Gauge> = LazyLock::new(|| {
    let opts = opts("documents_oldest_seconds", "For how long the oldest document has waited");
    registered(Gauge::with_opts(opts))
});

fn opts(name: &str, help: &str) -> Opts {
    Opts::new(name, help).namespace("casefile")
}

fn counters(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    registered(IntCounterVec::new(opts(name, help), labels))
}

fn seconds(name: &str, help: &str, labels: &[&str]) -> HistogramVec {
    let opts = HistogramOpts { common_opts: opts(name, help), buckets: BUCKETS.to_vec() };
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

/// All figures, in the text format of Prometheus.
pub async fn metrics(db: &Db) -> String {
    let (used, idle, waiting) = db.pool_use();
    for (state, connections) in [("used", used), ("idle", idle)] {
        POOL_CONNECTIONS.with_label_values(&[state]).set(whole(connections));
    }
    POOL_WAITING.set(whole(waiting));
    // Without the database, the others are all the more wanted.
    if let Ok(queue) = db.measure_queue().await {
        DOCUMENTS_WAITING.set(queue.waiting);
        DOCUMENTS_OLDEST_SECONDS.set(queue.oldest_seconds);
    }
    TextEncoder::new().encode_to_string(&prometheus::gather()).unwrap_or_default()
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

tokio::task_local! {
    static EFFORT: Effort;
}

#[derive(Default)]
struct Effort {
    database: Cell<Duration>,
    role: Cell<Option<Role>>,
}

/// What a request has cost.
pub struct Spent {
    pub database: Duration,
    /// The database's name of the caller's role.
    pub role: Option<Role>,
}

/// Runs a request, and adds up what it costs.
pub async fn request<T>(work: impl Future<Output = T>) -> (T, Spent) {
    EFFORT
        .scope(Effort::default(), async {
            let outcome = work.await;
            let spent =
                EFFORT.with(|effort| Spent { database: effort.database.get(), role: effort.role.get() });
            (outcome, spent)
        })
        .await
}

pub fn role(role: Role) {
    let _ = EFFORT.try_with(|effort| effort.role.set(Some(role)));
}

/// What another task has spent on the request.
pub fn spent_elsewhere(Spent { database, .. }: Spent) {
    let _ = EFFORT.try_with(|effort| effort.database.set(effort.database.get() + database));
}

pub fn database_time(function: &str, took: Duration) {
    DATABASE_SECONDS.with_label_values(&[function]).observe(took.as_secs_f64());
    let _ = EFFORT.try_with(|effort| effort.database.set(effort.database.get() + took));
}

pub fn database_error(sqlstate: &str) {
    DATABASE_ERRORS.with_label_values(&[sqlstate]).inc();
}

pub fn retried(sqlstate: &str) {
    RETRIES.with_label_values(&[sqlstate]).inc();
}

pub fn pool_wait(took: Duration) {
    POOL_WAIT_SECONDS.with_label_values(&[] as &[&str]).observe(took.as_secs_f64());
}

pub fn answered(operation: &str, status: u16, took: Duration) {
    REQUESTS.with_label_values(&[operation, &status.to_string()]).inc();
    REQUEST_SECONDS.with_label_values(&[operation]).observe(took.as_secs_f64());
}

pub fn rate_limited(limit: &str) {
    RATE_LIMITED.with_label_values(&[limit]).inc();
}

pub fn connections(open: usize) {
    CONNECTIONS.set(whole(open));
}

pub fn connection_refused() {
    CONNECTIONS_REFUSED.inc();
}
