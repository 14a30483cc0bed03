//! clamd, over its own protocol: a command, the file in chunks that say their length, one line of answer.

mod nested;

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};

use super::error::JobError;
use crate::{
    config::{ClamdAddress, VirusScan},
    metrics,
};

const PATIENCE_FOR_A_SIGN_OF_LIFE: Duration = Duration::from_secs(5);
/// Beyond clamd's own limit, `MaxScanTime`, which is 2 minutes unless configured.
const PATIENCE_FOR_A_VERDICT: Duration = Duration::from_secs(150);
const CHUNK: usize = 64 * 1024;
const LONGEST_ANSWER: u64 = 4096;

pub enum Verdict {
    Clean,
    /// The name of what was found.
    Infected(String),
    Skipped,
}

impl Verdict {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Infected(_) => "infected",
            Self::Skipped => "skipped",
        }
    }
}

pub struct Scanner {
    virus_scan: VirusScan,
    /// Whether its findings were tested once.
    is_tried: AtomicBool,
}

trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Connection for T {}

impl Scanner {
    pub fn new(virus_scan: VirusScan) -> Self {
        Self { virus_scan, is_tried: AtomicBool::new(false) }
    }

    /// Whether clamd is there; the first time, also tests its findings.
    pub async fn check(&self) -> Result<(), JobError> {
        let VirusScan::Clamd(address) = &self.virus_scan else { return Ok(()) };
        let ping = async {
            let mut connection = connect(address).await?;
            connection.write_all(b"zPING\0").await?;
            read_answer(connection).await
        };
        match timeout(PATIENCE_FOR_A_SIGN_OF_LIFE, ping).await {
            Ok(Ok(answer)) if answer == "PONG" => {}
            Ok(Ok(answer)) => return Err(unavailable(&format!("it answers {answer:?}"))),
            Ok(Err(error)) => return Err(unavailable(&error)),
            Err(_) => return Err(unavailable("it does not answer in time")),
        }
        if !self.is_tried.swap(true, Relaxed) {
            self.try_nested().await;
        }
        Ok(())
    }

    /// By default, it says OK of unopened content, and nobody would notice.
    async fn try_nested(&self) {
        let verdict = match nested::archive() {
            Ok(archive) => timeout(PATIENCE_FOR_A_SIGN_OF_LIFE, self.ask(&mut archive.as_slice()))
                .await
                .unwrap_or_else(|_| Err(unavailable("it does not answer in time"))),
            Err(error) => Err(JobError::surroundings(error.to_string())),
        };
        let reason = match verdict {
            Ok(Verdict::Infected(_)) => return,
            Ok(_) => "it says OK".to_owned(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(
            reason,
            "the virus scanner does not find a test file deep in archives: set AlertExceedsMax yes in clamd.conf"
        );
    }

    pub async fn scan(&self, file: &mut (impl AsyncRead + Send + Unpin)) -> Result<Verdict, JobError> {
        let started = Instant::now();
        let outcome = self.ask(file).await;
        metrics::scan(outcome.as_ref().map_or("error", Verdict::word), started.elapsed());
        outcome
    }

    async fn ask(&self, file: &mut (impl AsyncRead + Send + Unpin)) -> Result<Verdict, JobError> {
        let VirusScan::Clamd(address) = &self.virus_scan else { return Ok(Verdict::Skipped) };
        let mut connection = connect(address).await.map_err(|error| unavailable(&error))?;

        let exchange = async {
            let sent = send(&mut connection, file).await;
            // clamd may hang up in the middle, having said why.
            let answer = read_answer(connection).await;
            match (sent, answer) {
                (_, Ok(answer)) if !answer.is_empty() => verdict(&answer),
                (Err(error), _) | (_, Err(error)) => {
                    Err(JobError::document(format!("The virus scan was cut off: {error}")))
                }
                _ => Err(JobError::document("The virus scan was cut off")),
            }
        };
        timeout(PATIENCE_FOR_A_VERDICT, exchange)
            .await
            .unwrap_or_else(|_| Err(JobError::hopeless("The virus scan did not end in time")))
    }
}

async fn connect(address: &ClamdAddress) -> io::Result<Box<dyn Connection>> {
    let connection: Box<dyn Connection> = match address {
        ClamdAddress::Tcp(address) => Box::new(TcpStream::connect(address).await?),
        ClamdAddress::Unix(path) => Box::new(UnixStream::connect(path).await?),
    };
    Ok(connection)
}

async fn send(connection: &mut dyn Connection, file: &mut (impl AsyncRead + Send + Unpin)) -> io::Result<()> {
    connection.write_all(b"zINSTREAM\0").await?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = file.read(&mut chunk).await?;
        // An empty chunk ends the file.
        connection.write_all(&u32::try_from(length).map_err(io::Error::other)?.to_be_bytes()).await?;
        if length == 0 {
            return connection.flush().await;
        }
        connection.write_all(&chunk[..length]).await?;
    }
}

async fn read_answer(connection: Box<dyn Connection>) -> io::Result<String> {
    let mut answer = Vec::new();
    connection.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).trim_end_matches(['\0', '\n']).to_owned())
}

/// `stream: OK`, `stream: Eicar-Test-Signature FOUND`, or a sentence that ends with `ERROR`.
fn verdict(answer: &str) -> Result<Verdict, JobError> {
    let finding = answer.strip_prefix("stream: ").unwrap_or(answer);
    match finding.rsplit_once(' ') {
        None if finding == "OK" => Ok(Verdict::Clean),
        Some((signature, "FOUND")) => Ok(Verdict::Infected(signature.to_owned())),
        _ => Err(JobError::document(format!("The virus scanner answers {finding:?}"))),
    }
}

fn unavailable(reason: &(impl ToString + ?Sized)) -> JobError {
    JobError::surroundings(format!("The virus scanner cannot be used: {}", reason.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::error::Blame;

    #[test]
    fn only_an_ok_is_clean() {
        assert!(matches!(verdict("stream: OK"), Ok(Verdict::Clean)));
        assert!(
            matches!(verdict("stream: Win.Test.EICAR_HDB-1 FOUND"), Ok(Verdict::Infected(name)) if name == "Win.Test.EICAR_HDB-1")
        );
        for answer in [
            "INSTREAM size limit exceeded. ERROR",
            "stream: Can't allocate memory ERROR",
            "OK OK",
            "stream:",
            "",
        ] {
            assert!(verdict(answer).is_err_and(|error| error.blame == Blame::Document), "{answer}");
        }
    }
}
