//! A value that may be asked for often and need not be looked up each time.

use std::{panic::resume_unwind, sync::Arc, time::Duration};

use tokio::{sync::Mutex, time::Instant};

/// How long an answer is good for later requests.
const FRESH: Duration = Duration::from_secs(1);

/// An answer that is looked up at most once a second, by one request for all.
pub struct Recent<T>(Arc<Mutex<Option<(Instant, T)>>>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Recent<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Clone + Send + 'static> Recent<T> {
    pub async fn get(&self, look_up: impl Future<Output = T> + Send + 'static) -> T {
        let mut last = Arc::clone(&self.0).lock_owned().await;
        if let Some((at, answer)) = &*last
            && at.elapsed() < FRESH
        {
            return answer.clone();
        }
        // Runs to its end even if the client goes: the next would only start over.
        let looking_up = tokio::spawn(async move {
            let answer = look_up.await;
            *last = Some((Instant::now(), answer.clone()));
            answer
        });
        looking_up.await.unwrap_or_else(|error| resume_unwind(error.into_panic()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::future::join_all;
    use tokio::time::{sleep, timeout};

    use super::*;

    static ASKED: AtomicU32 = AtomicU32::new(0);

    async fn slowly() -> u32 {
        let number = ASKED.fetch_add(1, Ordering::SeqCst);
        sleep(Duration::from_millis(300)).await;
        number
    }

    #[tokio::test(start_paused = true)]
    async fn many_are_answered_by_one_look() {
        let recent = Recent::default();
        assert_eq!(join_all((0..40).map(|_| recent.get(slowly()))).await, [0; 40]);
        sleep(Duration::from_millis(900)).await;
        assert_eq!(recent.get(slowly()).await, 0);
        sleep(Duration::from_millis(101)).await;
        assert_eq!(recent.get(slowly()).await, 1);

        sleep(FRESH).await;
        let gone = timeout(Duration::from_millis(100), recent.get(slowly())).await;
        assert!(gone.is_err());
        assert_eq!((recent.get(slowly()).await, ASKED.load(Ordering::SeqCst)), (2, 3));
    }
}
