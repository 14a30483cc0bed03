//! Documents in Azure Blob Storage: in Azurite, Microsoft's own stand-in for it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::support::{Auditor, Server, Stage, free_port, id_of, samples};

const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
/// npm may have to fetch it first.
const PATIENCE: Duration = Duration::from_secs(120);

struct Azurite {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Azurite {
    fn start() -> Self {
        let port = free_port();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("azurite-{port}"));
        let process = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/lib/azurite.sh"))
            .args([folder.to_str().unwrap(), &port.to_string(), "documents"])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut azurite = Self { process, folder, port };
        let end = Instant::now() + PATIENCE;
        while !azurite.folder.join("ready").exists() {
            assert!(azurite.process.try_wait().unwrap().is_none(), "Azurite ended, see above");
            assert!(Instant::now() < end, "Azurite does not answer");
            thread::sleep(Duration::from_millis(50));
        }
        azurite
    }

    /// A server that keeps its documents there, not in the stage's own store.
    fn serve(&self, stage: &Stage) -> Server {
        stage.database().execute("update auth.home set store_id = null");
        let endpoint = self.endpoint();
        let environment = [&[("APP_ENV", "TEST"), ("AUTH_MODE", "mock")][..], &container(&endpoint)].concat();
        Server::start_with(&stage.database().url, &environment)
    }

    fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/devstoreaccount1", self.port)
    }
}

fn container(endpoint: &str) -> [(&str, &str); 5] {
    [
        ("DOCUMENT_STORE_URL", "az://documents/of/casefile"),
        ("AZURE_STORAGE_ACCOUNT_NAME", "devstoreaccount1"),
        ("AZURE_STORAGE_ACCOUNT_KEY", KEY),
        ("AZURE_STORAGE_ENDPOINT", endpoint),
        ("AZURE_ALLOW_HTTP", "true"),
    ]
}

impl Drop for Azurite {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn documents_are_kept_in_a_container_and_nothing_is_given_while_it_is_away() {
    let azurite = Azurite::start();
    let stage = Stage::alone();
    let officer = stage.officer();
    // The stage's own server has marked another store as that of the database.
    stage.database().execute("update auth.home set store_id = null");
    let server = azurite.serve(&stage);
    let officer = officer.at(&server);
    let case = officer.create_case();
    // Several blocks, the last one short.
    let bytes = samples::pdf_of(3_500_000);
    let answer = officer.upload(id_of(&case), "a.pdf", &bytes).succeeded(201);
    let id = answer["documentId"].as_str().unwrap();
    stage.scanned(id, "clean");
    let path = format!("/api/documents/{id}/download");
    let whole = officer.get(&path);
    assert_eq!(whole.status, 200);
    assert!(whole.bytes == bytes);
    let part = officer.request("GET", &path).header("Range", "bytes=1048570-1048580").send();
    assert_eq!((part.status, &part.bytes[..]), (206, &bytes[1_048_570..=1_048_580]));
    assert_eq!(officer.request("HEAD", &path).send().header("Content-Length"), Some("3500000"));
    assert_eq!(stage.stored(None).len(), 0, "nothing in the folder");

    let refusal = officer.upload(id_of(&case), "b.pdf", &bytes).refused_field("file");
    assert_eq!(refusal["isDuplicate"], true);
    assert_eq!(officer.get(&path).bytes.len(), bytes.len(), "the first is still there");

    drop(azurite);
    officer.get(&path).refused(503, "UNAVAILABLE");
    officer.upload(id_of(&case), "c.pdf", &samples::pdf()).refused(503, "UNAVAILABLE");
    let list = officer.get(&format!("/api/cases/{}/documents", id_of(&case))).succeeded(200);
    assert_eq!(list["pagination"]["total"], 1, "what was refused is no document");
}

#[test]
fn anchors_are_kept_in_a_container_too() {
    let azurite = Azurite::start();
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let case = stage.officer().create_case();
    let endpoint = azurite.endpoint();
    let environment = container(&endpoint);
    let audit = |arguments: &[&str]| auditor.run_with(arguments, &environment);
    audit(&["anchor"]).says(0, &["Anchored 1 trails"]);
    audit(&["anchor"]).says(0, &["Anchored 1 trails"]);
    audit(&["verify", "--since", "latest"]).says(0, &["Found: 0."]);
    audit(&["prove", id_of(&case), "--against", "latest"]).says(0, &[id_of(&case)]);
    audit(&["verify", "--against", "nothing"]).cannot(&["nor an anchor of that name"]);
    let documents = stage.keep_with(&["fsck", "--documents"], &environment);
    assert!(documents.status.success(), "{}", String::from_utf8_lossy(&documents.stdout));
    assert!(auditor.stored().is_empty(), "nothing in the folder");
}
