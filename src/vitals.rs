//! The state of a process, for operators.

/// The state of a process for `ADMIN_PORT`.
pub trait Vitals: Clone + Send + Sync + 'static {
    /// Whether it can do its work, here and now; if not, why.
    fn check_readiness(&self) -> impl Future<Output = Result<(), String>> + Send;

    /// Updates the metrics that no other code updates.
    fn measure(&self) -> impl Future<Output = ()> + Send;
}
