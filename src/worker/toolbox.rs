//! The programs that read documents. They are given files that strangers have sent, so each works within
//! limits, knows no secret of the environment, and ends when the worker does.

use std::{
    env,
    ffi::OsString,
    io,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    fs::File,
    io::AsyncReadExt,
    process::{Child, Command},
    time::timeout,
};

use super::error::JobError;

const PROGRAMS: [&str; 5] = ["tesseract", "pdftotext", "pdftoppm", "prlimit", "setpriv"];
const PACKAGES: &str = "tesseract-ocr tesseract-ocr-eng poppler-utils util-linux";

/// Memory, as that of a picture cannot be told from the size of its file; and no file is written.
const LIMITS: [&str; 4] = ["--as=2147483648", "--cpu=300", "--core=0", "--fsize=0"];
const PATIENCE: Duration = Duration::from_secs(300);

pub struct Toolbox {
    environment: Vec<(&'static str, OsString)>,
    absent: Vec<&'static str>,
}

impl Toolbox {
    pub async fn new(environment: Vec<(&'static str, OsString)>) -> Self {
        let path = environment.iter().find(|(name, _)| *name == "PATH").map(|(_, path)| path);
        let folders: Vec<_> = path.into_iter().flat_map(env::split_paths).collect();
        let is_missing = |program: &&str| !folders.iter().any(|folder| folder.join(program).is_file());
        let absent = PROGRAMS.into_iter().filter(is_missing).collect();

        let mut toolbox = Self { environment, absent };
        if !toolbox.absent.contains(&"tesseract") && !toolbox.knows_english().await {
            toolbox.absent.push("tesseract's eng");
        }
        toolbox
    }

    async fn knows_english(&self) -> bool {
        let languages = self.command("tesseract", &["--list-langs"]).stdin(Stdio::null()).output().await;
        languages.is_ok_and(|output| {
            String::from_utf8_lossy(&output.stdout).lines().any(|language| language == "eng")
        })
    }

    /// What is missing, and what to do about it.
    pub fn missing(&self) -> Option<String> {
        let (last, others) = self.absent.split_last()?;
        let are_missing = if others.is_empty() { "is missing" } else { "are missing" };
        let names = [others.join(", "), (*last).to_owned()].into_iter().filter(|name| !name.is_empty());
        let names = names.collect::<Vec<_>>().join(" and ");
        Some(format!("{names} {are_missing}: sudo apt-get install {PACKAGES}."))
    }

    /// What the program prints, at most that much; it finds the file as /dev/stdin.
    pub async fn run(
        &self,
        program: &'static str,
        arguments: &[&str],
        file: &File,
        limit: u64,
    ) -> Result<Vec<u8>, JobError> {
        if let Some(missing) = self.absent.iter().find(|missing| missing.starts_with(program)) {
            return Err(JobError::document(format!("{missing} is not installed")));
        }
        let cannot_start =
            |error: io::Error| JobError::surroundings(format!("{program} cannot be started: {error}"));
        let file = file.try_clone().await.map_err(cannot_start)?.into_std().await;
        let child = self.command(program, arguments).stdin(file).spawn().map_err(cannot_start)?;
        let mut running = Running { child };

        let (output, status) = timeout(PATIENCE, running.finish(limit))
            .await
            .map_err(|_| {
                JobError::document(format!("{program} takes longer than {} seconds", PATIENCE.as_secs()))
            })?
            .map_err(|error| JobError::document(format!("{program} failed: {error}")))?;
        if output.len() as u64 > limit {
            return Err(JobError::document(format!("{program} gives more than {limit} bytes")));
        }
        if !status.success() {
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
            .stderr(Stdio::null());
        command
    }
}

/// A program at work. It is killed if nobody waits for it any more.
struct Running {
    child: Child,
}

impl Running {
    /// Its end, and one byte more than the limit at most.
    async fn finish(&mut self, limit: u64) -> io::Result<(Vec<u8>, ExitStatus)> {
        let mut output = Vec::new();
        if let Some(stdout) = self.child.stdout.take() {
            stdout.take(limit + 1).read_to_end(&mut output).await?;
        }
        if output.len() as u64 > limit {
            self.kill();
        }
        Ok((output, self.child.wait().await?))
    }

    /// With all that it may have started.
    fn kill(&self) {
        // None where it has been waited for: then its number may be somebody else's.
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
