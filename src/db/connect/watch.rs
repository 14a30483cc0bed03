//! Checks about once a second which host is the primary. One that lost touch with the others may still take changes,
//! which are lost: a server that sees both leaves it.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{Hosts, line::Line};

const EVERY: Duration = Duration::from_secs(1);

impl Hosts {
    /// While there are several, one of which others follow.
    pub async fn watch(&self) {
        if !self.are_several() || !self.database.target.leads() {
            return;
        }
        let mut lines: Vec<Option<Line>> = self.places.iter().map(|_| None).collect();
        let mut seconds = interval(EVERY);
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            seconds.tick().await;
            let looks = lines.iter_mut().enumerate();
            join_all(looks.map(|(number, line)| self.look(number, line))).await;
        }
    }

    /// Along a line that stays while the host answers, and so tells its present state.
    async fn look(&self, number: usize, line: &mut Option<Line>) {
        let budget = self.database.host_patience;
        let looking = async {
            let open = line.take().filter(|line| !line.client.is_closed());
            let open = match open {
                Some(open) => open,
                None => self.line_to(number, budget).await.ok()?,
            };
            // A standby is looked at again: it may be the next.
            let _ = self.look_along(number, &open).await;
            Some(open)
        };
        *line = timeout(budget, looking).await.ok().flatten();
    }
}
