//! Standbys that serve read-only operations, as long as they apply each commit before it is acknowledged: so nobody
//! reads what was changed or revoked before.

mod look;
mod names;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use tokio::time::{Instant, MissedTickBehavior, interval};

use self::look::{Look, Lookout, has_applied, misses};
use super::{
    access::Access,
    connect::Hosts,
    pool::{Pool, PooledConnection},
    roles::Role,
};
use crate::config::{DatabaseUrl, PoolSettings};

const BETWEEN_LOOKS: Duration = Duration::from_millis(400);
/// For both looks, of the primary and of a standby.
const PATIENCE: Duration = Duration::from_millis(500);
/// For a connection, before the primary is asked instead.
const WAIT: Duration = Duration::from_millis(100);
/// For how long a look is good, from its beginning.
const GOOD_FOR: Duration = Duration::from_secs(1);

pub struct Replicas {
    primary: Access,
    all: Vec<Replica>,
    next: AtomicUsize,
}

pub struct Replica {
    access: Access,
    pool: Pool,
    trust: Mutex<Trust>,
}

/// Whether, and until when, reads from it are current.
enum Trust {
    /// Why they are not.
    None(String),
    /// The primary's position when commits were first seen to wait for the standby. Once that is applied, so is every
    /// acknowledged change.
    Begun {
        written: u64,
        timeline: String,
    },
    Until {
        end: Instant,
        timeline: String,
    },
}

impl Replicas {
    /// Each host of the URL is one.
    pub fn new(
        primary: Access,
        database: Option<&DatabaseUrl>,
        settings: PoolSettings,
    ) -> Result<Self, String> {
        let all = of_each(database)?.into_iter().map(Access::new).map(|access| Replica {
            pool: Pool::new(access.clone(), settings.size, settings.statements),
            access,
            trust: Mutex::new(Trust::None(String::new())),
        });
        Ok(Self { primary, all: all.collect(), next: AtomicUsize::new(0) })
    }

    /// Lets them know this server by another secret. Which they are stays.
    pub fn renew(&self, database: Option<&DatabaseUrl>) -> Result<(), String> {
        for (replica, hosts) in self.all.iter().zip(of_each(database)?) {
            replica.access.renew(hosts);
            replica.pool.outdate();
        }
        Ok(())
    }

    pub fn are_none(&self) -> bool {
        self.all.is_empty()
    }

    /// A trusted one, in turns.
    pub fn pick(&self) -> Option<&Replica> {
        if self.all.is_empty() {
            return None;
        }
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let turns = (0..self.all.len()).map(|turn| &self.all[first.wrapping_add(turn) % self.all.len()]);
        turns.into_iter().find(|replica| replica.is_trusted())
    }

    pub fn close(&self) {
        for replica in &self.all {
            replica.pool.close();
        }
    }

    /// Looks again and again whether they can be trusted.
    pub async fn watch(self: Arc<Self>) {
        if self.all.is_empty() {
            return;
        }
        let mut at_primary = Lookout::new(&self.primary);
        let mut at_replicas: Vec<_> = self.all.iter().map(|replica| Lookout::new(&replica.access)).collect();
        let mut looks = interval(BETWEEN_LOOKS);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            let begun = Instant::now();
            let primary = at_primary.look(begun + PATIENCE).await;
            let judging = self.all.iter().zip(&mut at_replicas).map(|(replica, lookout)| {
                let primary = primary.clone();
                async move {
                    let judged = match primary {
                        Ok(primary) => lookout
                            .look(begun + PATIENCE)
                            .await
                            .and_then(|look| replica.judge(&primary, &look, begun)),
                        Err(reason) => Err(format!("of the primary: {reason}")),
                    };
                    if let Err(reason) = judged {
                        replica.distrust(reason);
                    }
                }
            });
            join_all(judging).await;
        }
    }
}

fn of_each(database: Option<&DatabaseUrl>) -> Result<Vec<Hosts>, String> {
    Ok(database.map(Hosts::of_each).transpose()?.unwrap_or_default())
}

impl Replica {
    fn trust(&self) -> MutexGuard<'_, Trust> {
        self.trust.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_trusted(&self) -> bool {
        matches!(*self.trust(), Trust::Until { end, .. } if Instant::now() < end)
    }

    fn judge(&self, primary: &Look, standby: &Look, begun: Instant) -> Result<(), String> {
        misses(primary, standby)?;
        let (Some(written), Some(now)) = (primary.written, primary.timeline.clone()) else {
            return Err("the primary is not a primary".to_owned());
        };
        let (end, mut trust) = (begun + GOOD_FOR, self.trust());
        let since = match &*trust {
            // Of the same primary, without a gap.
            Trust::Until { end: before, timeline } if begun < *before && *timeline == now => {
                *trust = Trust::Until { end, timeline: now };
                return Ok(());
            }
            Trust::Begun { written, timeline } if *timeline == now => *written,
            _ => written,
        };
        *trust = if has_applied(standby, since) {
            tracing::info!(host = self.access.hosts().name(), "reads are served from the standby");
            Trust::Until { end, timeline: now }
        } else {
            Trust::Begun { written: since, timeline: now }
        };
        Ok(())
    }

    /// From now on, until it has been looked at again.
    pub fn distrust(&self, reason: String) {
        let mut trust = self.trust();
        if !matches!(&*trust, Trust::None(known) if *known == reason) {
            tracing::warn!(host = self.access.hosts().name(), reason, "reads are served from the primary");
        }
        *trust = Trust::None(reason);
    }

    pub async fn connection(&self, role: Option<Role>, deadline: Instant) -> Option<PooledConnection> {
        self.pool.get(role, WAIT, deadline).await.ok()
    }
}
