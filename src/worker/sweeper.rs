use std::time::Duration;

use tokio::time::sleep;

use super::queue::Queue;
use crate::{documents::Store, stop::Stop};

const BETWEEN_SWEEPS: Duration = Duration::from_secs(60);

/// Ends abandoned work, and removes the remains of failed uploads from the store.
pub struct Sweeper {
    pub queue: Queue,
    pub store: Store,
    pub stop: Stop,
}

impl Sweeper {
    pub async fn work(self) {
        while !self.stop.is_requested() {
            self.sweep().await;
            self.stop.cut_short(sleep(BETWEEN_SWEEPS)).await;
        }
    }

    async fn sweep(&self) {
        if let Err(reason) = self.queue.require_home(&self.store).await {
            return tracing::error!(reason, "cannot sweep");
        }
        let abandoned = match self.queue.sweep().await {
            Ok(abandoned) => abandoned,
            Err(error) => return tracing::error!(%error, "cannot sweep"),
        };
        for upload in abandoned {
            let document = upload.document_id;
            let removed = match self.store.remove(upload.case_id, document).await {
                Ok(()) => self.queue.record_removal(document).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            match removed {
                Ok(()) => tracing::info!(%document, "removed what a failed upload left"),
                Err(reason) => tracing::warn!(%document, reason, "cannot remove what a failed upload left"),
            }
        }
    }
}
