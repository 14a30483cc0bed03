//! The process metrics of Prometheus's own clients, by the usual names. The collector of the crate prometheus looks into
//! /proc/stat, which scripts/deploy/casefile.service hides.

use std::{
    fs,
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use prometheus::{Counter, Gauge, IntGauge, Opts};
use rustix::{
    param::{clock_ticks_per_second, page_size},
    process::{Resource, getrlimit},
};

use super::registered;

static CPU_SECONDS: LazyLock<Counter> = LazyLock::new(|| {
    let opts = Opts::new("process_cpu_seconds_total", "Processor time of the process, in seconds");
    registered(Counter::with_opts(opts))
});
static MEMORY: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("process_resident_memory_bytes", "Memory that the process uses, in bytes"));
static DESCRIPTORS: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("process_open_fds", "File descriptors that are open"));
static MOST_DESCRIPTORS: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("process_max_fds", "How many file descriptors may be open"));
static STARTED: LazyLock<Gauge> = LazyLock::new(|| {
    let opts = Opts::new("process_start_time_seconds", "When the process was started, in seconds since 1970");
    registered(Gauge::with_opts(opts))
});

fn gauge(name: &str, help: &str) -> IntGauge {
    registered(IntGauge::with_opts(Opts::new(name, help)))
}

/// Told once, at the start.
pub fn started() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    STARTED.set(now.as_secs_f64());
}

/// The current values. A value that the system does not give stays unchanged.
pub fn measure() {
    if let Some((cpu_seconds, memory)) =
        fs::read_to_string("/proc/self/stat").ok().and_then(|stat| read(&stat))
    {
        // Two readers at once must not lower the counter.
        CPU_SECONDS.inc_by((cpu_seconds - CPU_SECONDS.get()).max(0.0));
        MEMORY.set(memory);
    }
    if let Ok(descriptors) = fs::read_dir("/proc/self/fd") {
        // One of them is the folder's.
        DESCRIPTORS.set(super::whole(descriptors.count().saturating_sub(1)));
    }
    if let Some(most) = getrlimit(Resource::Nofile).current {
        MOST_DESCRIPTORS.set(i64::try_from(most).unwrap_or(i64::MAX));
    }
}

/// Processor time in seconds, and resident memory in bytes: fields 14, 15 and 24 of proc(5), behind a name that may hold
/// anything.
fn read(stat: &str) -> Option<(f64, i64)> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let field = |number: usize| fields.split(' ').nth(number - 3)?.parse::<u32>().ok();
    let ticks = f64::from(field(14)?) + f64::from(field(15)?);
    let per_second = f64::from(u32::try_from(clock_ticks_per_second()).ok()?);
    let page = i64::try_from(page_size()).ok()?;
    Some((ticks / per_second, i64::from(field(24)?) * page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_found_behind_any_name() {
        let rest = "S 1 2 3 4 5 6 7 8 9 10 250 50 13 14 15 16 17 18 19 20 7 22";
        let (seconds, memory) = read(&format!("42 (a) b) {rest}")).unwrap();
        assert!((seconds - 300.0 / f64::from(u32::try_from(clock_ticks_per_second()).unwrap())).abs() < 1e-9);
        assert_eq!(memory, 7 * i64::try_from(page_size()).unwrap());
    }
}
