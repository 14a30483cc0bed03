//! How a process is, for those who keep it going.

/// What `ADMIN_PORT` tells of a process.
pub trait Vitals: Clone + Send + Sync + 'static {
    /// Whether it can do its work, here and now; if not, why.
    fn check_readiness(&self) -> impl Future<Output = Result<(), String>> + Send;

    /// Brings those figures up to date that nobody tells.
    fn measure(&self) -> impl Future<Output = ()> + Send;
}
