//! Connections to the database: to the wanted one of its hosts, as soon as it answers.

mod errors;
mod line;
mod place;
mod standing;
mod watch;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::watch::Sender,
    time::{Instant, sleep_until, timeout},
};
use tokio_postgres::Client;
use tokio_postgres_rustls::MakeRustlsConnect;

use self::{
    errors::Refusal,
    line::{Line, Task},
    place::Place,
    standing::Standing,
};
pub use self::{
    errors::{connect_error, reason},
    place::address,
};
use super::tls;
use crate::config::{DatabaseUrl, Target, is_shuffled};

/// The fraction of a silent host's time after which the next joins it.
const PATIENCE_BEFORE_NEXT: u32 = 4;
/// For data sent to a host that has gone silent.
const PATIENCE_FOR_PACKETS: Duration = Duration::from_secs(5);
const PATIENCE_FOR_A_COMMAND: Duration = Duration::from_secs(10);
const NOBODY: usize = usize::MAX;

/// The hosts of a database's URL, and what is known of them.
pub struct Hosts {
    database: DatabaseUrl,
    connector: MakeRustlsConnect,
    places: Vec<Place>,
    /// The one that let us in last.
    last: AtomicUsize,
    /// Whether all were asked once. The first that answers may be a primary that others have left behind long ago.
    have_all_been_asked: AtomicBool,
    /// The newest timeline of a primary. A server on an older one is a former primary that does not know it.
    newest: Arc<AtomicU32>,
    /// Is told when the database notifies.
    news: Option<Sender<()>>,
}

/// A connection, driven by a task of its own.
pub struct Opened {
    pub client: Client,
    rest: Rest,
}

/// The parts of a connection that do not depend on the caller.
pub struct Rest {
    task: Option<Task>,
    standing: Standing,
    newest: Arc<AtomicU32>,
}

impl Opened {
    /// Whether another host has become the primary since.
    pub fn is_left(&self) -> bool {
        self.rest.is_left()
    }

    /// Whether, since the last call, something was acknowledged that may be lost with its host.
    pub fn take_doubt(&self) -> bool {
        self.rest.task.as_ref().is_some_and(Task::take_doubt)
    }

    /// At once, even while it waits.
    pub fn end(&self) {
        self.rest.end();
    }

    /// Nobody waits for its answers any more.
    pub fn abandoned(self) -> Rest {
        self.rest
    }

    #[cfg(test)]
    pub fn of(client: Client) -> Self {
        Self { client, rest: Rest { task: None, standing: Standing::default(), newest: Arc::default() } }
    }
}

impl Rest {
    fn is_left(&self) -> bool {
        self.standing.timeline.is_some_and(|timeline| timeline < self.newest.load(Ordering::Relaxed))
    }

    /// Whether its process has finished with it, or is on a host that others have left behind.
    pub fn is_over(&self) -> bool {
        self.is_left() || self.task.as_ref().is_none_or(Task::is_over)
    }

    fn end(&self) {
        if let Some(task) = &self.task {
            task.end();
        }
    }

    /// The name of its process in the database.
    pub fn process(&self) -> Option<&String> {
        self.standing.process.as_ref()
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        // Nothing more will come from there, perhaps not even an end.
        if self.is_left() {
            self.end();
        }
    }
}

impl Hosts {
    pub fn new(mut database: DatabaseUrl) -> Result<Self, String> {
        if database.config.get_tcp_user_timeout().is_none() {
            database.config.tcp_user_timeout(PATIENCE_FOR_PACKETS);
        }
        let mut places = Place::all_of(&database.config);
        if is_shuffled(&database.config) {
            fastrand::shuffle(&mut places);
        }
        Ok(Self {
            connector: tls::connector(&database)?,
            places,
            database,
            last: AtomicUsize::new(NOBODY),
            have_all_been_asked: AtomicBool::new(false),
            newest: Arc::default(),
            news: None,
        })
    }

    /// Each host by itself.
    pub fn of_each(database: &DatabaseUrl) -> Result<Vec<Self>, String> {
        let hosts = Self::new(database.clone())?;
        let alone = |place| Self {
            database: hosts.database.clone(),
            connector: hosts.connector.clone(),
            places: vec![place],
            last: AtomicUsize::new(NOBODY),
            have_all_been_asked: AtomicBool::new(true),
            newest: Arc::default(),
            news: None,
        };
        Ok(hosts.places.into_iter().map(alone).collect())
    }

    /// For people.
    pub fn name(&self) -> String {
        self.places.iter().map(|place| place.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Replaces others: the same hosts, with another secret.
    pub fn after(self, others: &Self) -> Self {
        let have_all_been_asked = others.have_all_been_asked.load(Ordering::Relaxed).into();
        Self { have_all_been_asked, newest: Arc::clone(&others.newest), news: others.news.clone(), ..self }
    }

    pub fn telling(self, news: Sender<()>) -> Self {
        Self { news: Some(news), ..self }
    }

    pub fn database(&self) -> &DatabaseUrl {
        &self.database
    }

    /// Whether another host may take what one refuses.
    pub fn are_several(&self) -> bool {
        self.places.len() > 1
    }

    /// Connects to the wanted host; or says in one line what is wrong with each, and what to do.
    pub async fn connect(&self, deadline: Instant) -> Result<Opened, String> {
        let left = || deadline.saturating_duration_since(Instant::now());
        let mut budget = if self.are_several() { self.database.host_patience } else { left() };
        loop {
            let refusals = match self.try_all(budget.min(left())).await {
                Ok(opened) => return Ok(opened),
                Err(refusals) => refusals,
            };
            let is_any_slow = refusals.iter().any(|(_, refusal)| matches!(refusal, Refusal::Slow(_)));
            budget *= 2;
            // If none was too slow, trying again is no better.
            if !is_any_slow || left() < budget {
                return Err(self.explain(&refusals));
            }
        }
    }

    /// The host that worked last is the first. Another is tried beside it as soon as it has failed, or is slow.
    async fn try_all(&self, budget: Duration) -> Result<Opened, Vec<(usize, Refusal)>> {
        let asks_all = self.are_several()
            && self.database.target.leads()
            && !self.have_all_been_asked.load(Ordering::Relaxed);
        let mut waiting = self.order().into_iter().peekable();
        let (mut trying, mut next_at) = (FuturesUnordered::new(), Instant::now());
        let (mut refusals, mut started, mut reserve) = (Vec::new(), Vec::new(), None);
        loop {
            tokio::select! {
                biased;
                Some((number, outcome)) = trying.next() => match outcome {
                    Ok(opened) if asks_all || self.is_reserve(&opened) => keep_newer(&mut reserve, (number, opened)),
                    Ok(opened) => {
                        let slower = started.iter().filter(|(other, _)| *other != number);
                        let slower = slower.filter(|(other, _)| refusals.iter().all(|(known, _)| known != other));
                        let slower: Vec<_> = slower.map(|(other, since): &(usize, Instant)| (*other, Refusal::Slow(since.elapsed()))).collect();
                        refusals.extend(slower);
                        return Ok(self.taken(number, opened, &refusals));
                    }
                    Err(refusal) => {
                        refusals.push((number, refusal));
                        next_at = Instant::now();
                    }
                },
                () = sleep_until(next_at), if waiting.peek().is_some() => {
                    if let Some(number) = waiting.next() {
                        started.push((number, Instant::now()));
                        trying.push(async move { (number, self.open(number, budget).await) });
                    }
                    next_at = Instant::now() + if asks_all { Duration::ZERO } else { budget / PATIENCE_BEFORE_NEXT };
                }
                else => break,
            }
        }
        if asks_all && reserve.is_some() {
            self.have_all_been_asked.store(true, Ordering::Relaxed);
        }
        match reserve {
            Some((number, opened)) => Ok(self.taken(number, opened, &refusals)),
            None => Err(refusals),
        }
    }

    fn order(&self) -> Vec<usize> {
        let last = self.last.load(Ordering::Relaxed);
        let mut order: Vec<_> = (0..self.places.len()).collect();
        order.sort_by_key(|number| *number != last);
        order
    }

    /// Better than nothing.
    fn is_reserve(&self, opened: &Opened) -> bool {
        self.database.target == Target::PreferStandby
            && opened.rest.standing.misses(Target::PreferStandby).is_some()
    }

    async fn open(&self, number: usize, budget: Duration) -> Result<Opened, Refusal> {
        let opening = async {
            let line = self.line_to(number, budget).await?;
            let standing = self.look_along(number, &line).await?;
            let (client, task) = line.kept();
            Ok(Opened { client, rest: Rest { task, standing, newest: Arc::clone(&self.newest) } })
        };
        timeout(budget, opening).await.unwrap_or(Err(Refusal::Slow(budget)))
    }

    async fn line_to(&self, number: usize, budget: Duration) -> Result<Line, Refusal> {
        let opened = self.places[number].connect(&self.database.config, &self.connector, budget).await?;
        Ok(Line::new(opened, self.news.clone()))
    }

    /// Whether that host is the wanted one.
    async fn look_along(&self, number: usize, line: &Line) -> Result<Standing, Refusal> {
        let standing = Standing::ask(&line.client).await.map_err(Refusal::Error)?;
        let target = self.database.target;
        if target != Target::PreferStandby
            && let Some(reason) = standing.misses(target)
        {
            return Err(Refusal::Unwanted(reason.to_owned()));
        }
        let Some(timeline) = standing.timeline.filter(|_| target.leads()) else { return Ok(standing) };
        let newest = self.newest.fetch_max(timeline, Ordering::Relaxed);
        if timeline < newest {
            let reason =
                format!("its timeline is {timeline}, and another has been the primary since, on {newest}");
            return Err(Refusal::Unwanted(reason));
        }
        if timeline > newest && newest > 0 {
            let host = self.places[number].name.as_str();
            tracing::warn!(host, timeline, "another host is the primary of the database now");
        }
        Ok(standing)
    }

    fn taken(&self, number: usize, opened: Opened, refusals: &[(usize, Refusal)]) -> Opened {
        let before = self.last.swap(number, Ordering::Relaxed);
        if self.are_several() && before != number {
            let host = self.places[number].name.as_str();
            tracing::info!(host, passed_over = self.list(refusals), "connected to the database");
        }
        opened
    }

    fn explain(&self, refusals: &[(usize, Refusal)]) -> String {
        match refusals {
            [(_, refusal)] => refusal.of_the_only_one(&self.database),
            _ => format!(
                "None of the hosts of {variable} can be used: {}. Start the one that is meant, or correct {variable}.",
                self.list(refusals),
                variable = self.database.variable
            ),
        }
    }

    fn list(&self, refusals: &[(usize, Refusal)]) -> String {
        let line = |(number, refusal): &(usize, Refusal)| {
            format!("{} ({})", self.places[*number].name, refusal.of_one_among_several())
        };
        refusals.iter().map(line).collect::<Vec<_>>().join(", ")
    }
}

/// A connection of its own for a command, with the name by which the database server knows it.
pub async fn connect_for(mut database: DatabaseUrl, command: &str) -> Result<Client, String> {
    let keepalive = Duration::from_secs(10);
    database.config.application_name(command);
    database.config.keepalives_idle(keepalive).keepalives_interval(keepalive).keepalives_retries(3);
    let hosts = Hosts::new(database)?;
    hosts.connect(Instant::now() + PATIENCE_FOR_A_COMMAND).await.map(|opened| opened.client)
}

/// Of two primaries, the one on the newer timeline; of equals, the first.
fn keep_newer(reserve: &mut Option<(usize, Opened)>, (number, opened): (usize, Opened)) {
    let known = reserve.as_ref().map(|(_, known)| known.rest.standing.timeline);
    if known.is_none_or(|known| known < opened.rest.standing.timeline) {
        *reserve = Some((number, opened));
    }
}
