//! The programs that read documents. They are given files that strangers have sent, so each works within
//! limits, knows no secret of the environment, and ends when the worker does.

use std::{
    env,
    ffi::OsString,
    io,
    os::unix::process::ExitStatusExt,
    process::{ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    time::timeout,
};

use super::error::JobError;

const PROGRAMS: [&str; 7] =
    ["tesseract", "pdftotext", "pdftoppm", "pdfinfo", "pdfimages", "prlimit", "setpriv"];
/// The data that Tesseract needs: English, and the orientation of pages.
const KNOWLEDGE: [&str; 2] = ["eng", "osd"];
const PACKAGES: &str = "tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd poppler-utils util-linux";

/// Enough for a page, and not for a book. Memory is limited because a picture's file size does not tell it; and no file
/// is written.
const LIMITS: [&str; 4] = ["--as=1073741824", "--cpu=60", "--core=0", "--fsize=0"];
const LONGEST_COMPLAINT: u64 = 64 * 1024;
/// Tesseract goes on with a blank page, and ends as if nothing had been.
const UNREADABLE: &str = "Error in pixRead";
/// For a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// The kernel's signals for used-up time.
const ENDS_OF_TIME: [i32; 2] = [Signal::XCPU.as_raw(), Signal::KILL.as_raw()];

pub struct Toolbox {
    environment: Vec<(&'static str, OsString)>,
    /// Nothing was missing when it was looked for last.
    is_whole: AtomicBool,
}

impl Toolbox {
    pub fn new(environment: Vec<(&'static str, OsString)>) -> Self {
        Self { environment, is_whole: AtomicBool::new(false) }
    }

    /// The missing programs, and how to get them.
    pub async fn check(&self) -> Result<(), JobError> {
        let path = self.environment.iter().find(|(name, _)| *name == "PATH").map(|(_, path)| path);
        let folders: Vec<_> = path.into_iter().flat_map(env::split_paths).collect();
        let is_missing = |program: &&str| !folders.iter().any(|folder| folder.join(program).is_file());
        let mut absent: Vec<_> = PROGRAMS.into_iter().filter(is_missing).map(str::to_owned).collect();
        // Languages do not go while Tesseract stays, and asking takes a process.
        if absent.is_empty() && !self.is_whole.load(Relaxed) {
            let languages = self.languages().await;
            let unknown = KNOWLEDGE.into_iter().filter(|name| !languages.lines().any(|line| line == *name));
            absent.extend(unknown.map(|name| format!("tesseract's {name}")));
        }
        self.is_whole.store(absent.is_empty(), Relaxed);

        let Some((last, others)) = absent.split_last() else { return Ok(()) };
        let missing = if others.is_empty() {
            format!("{last} is missing")
        } else {
            format!("{} and {last} are missing", others.join(", "))
        };
        Err(JobError::surroundings(format!("{missing}: sudo apt-get install {PACKAGES}")))
    }

    async fn languages(&self) -> String {
        let output = self.command("tesseract", &["--list-langs"]).stdin(Stdio::null()).output().await;
        output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
    }

    /// The output of the program, at most so much. The program gets the file as /dev/stdin.
    pub async fn run(
        &self,
        program: &'static str,
        arguments: &[&str],
        file: &File,
        limit: u64,
    ) -> Result<Vec<u8>, JobError> {
        let cannot_start =
            |error: io::Error| JobError::surroundings(format!("{program} cannot be started: {error}"));
        let file = file.try_clone().await.map_err(cannot_start)?.into_std().await;
        let child = self.command(program, arguments).stdin(file).spawn().map_err(cannot_start)?;
        let mut running = Running { child };

        let takes_too_long = || JobError::hopeless(format!("{program} takes too long"));
        let (output, complaints, status) = timeout(PATIENCE, running.finish(limit))
            .await
            .map_err(|_| takes_too_long())?
            .map_err(|error| JobError::document(format!("{program} failed: {error}")))?;
        if output.len() as u64 > limit {
            return Err(JobError::document(format!("{program} gives more than {limit} bytes")));
        }
        if status.signal().is_some_and(|signal| ENDS_OF_TIME.contains(&signal)) {
            return Err(takes_too_long());
        }
        if !status.success() || complaints.contains(UNREADABLE) {
            return Err(JobError::document(format!(
                "{program} cannot read the document, which may be damaged or locked ({status})"
            )));
        }
        Ok(output)
    }

    /// prlimit and setpriv become the program: one process, which dies with the thread that started it.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("prlimit");
        command
            .args(LIMITS)
            .args(["setpriv", "--no-new-privs", "--pdeathsig", "KILL", "--", program])
            .args(arguments)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// A running program. It is killed when nothing waits for it any more.
struct Running {
    child: Child,
}

impl Running {
    /// Its end, what it printed (one byte more than the limit at most), and what it complained about.
    async fn finish(&mut self, limit: u64) -> io::Result<(Vec<u8>, String, ExitStatus)> {
        let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
        let printing = async {
            let output = beginning(stdout, limit + 1).await?;
            if output.len() as u64 > limit {
                self.kill();
            }
            Ok(output)
        };
        let complaining = async {
            let mut stderr = stderr;
            let complaints = beginning(stderr.as_mut(), LONGEST_COMPLAINT).await?;
            // A program whose output is not read would block.
            if let Some(mut rest) = stderr {
                tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
            }
            Ok::<_, io::Error>(complaints)
        };
        let (output, complaints) = tokio::try_join!(printing, complaining)?;
        let complaints = String::from_utf8_lossy(&complaints).into_owned();
        Ok((output, complaints, self.child.wait().await?))
    }

    /// With all that it may have started.
    fn kill(&self) {
        // None after a wait: then its number may be another process's.
        let group = self.child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn beginning(source: Option<impl AsyncRead + Unpin>, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(source) = source {
        source.take(length).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}
