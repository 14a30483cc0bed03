//! Secrets that change while the program runs: a process's environment stays as it is, but the files that it names may
//! change.

use tokio::{
    signal::unix::{SignalKind, signal},
    task::AbortHandle,
};

/// Reads them again at every SIGHUP. An unusable secret changes nothing.
pub fn on_hangup<F>(renew: impl Fn() -> F + Send + 'static) -> Result<AbortHandle, String>
where
    F: Future<Output = Result<(), String>> + Send,
{
    let mut hangups = signal(SignalKind::hangup()).map_err(|error| error.to_string())?;
    let renewing = tokio::spawn(async move {
        while hangups.recv().await.is_some() {
            match renew().await {
                Ok(()) => tracing::info!("SIGHUP: secrets have been read again, and are in use"),
                Err(reason) => {
                    tracing::error!(reason, "SIGHUP: a secret cannot be used; the one before is kept");
                }
            }
        }
    });
    Ok(renewing.abort_handle())
}
