//! An auditor of a stage, who anchors its audit trail with keys that openssl made, and compares it with anchors.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use super::{
    server::documents_of,
    stage::{Stage, unique},
};

pub struct Auditor<'a> {
    pub stage: &'a Stage,
    folder: PathBuf,
}

/// The program's output.
#[derive(Debug)]
pub struct Heard {
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

impl<'a> Auditor<'a> {
    pub fn new(stage: &'a Stage) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "{}-{}",
            unique("auditor"),
            std::process::id()
        ));
        fs::create_dir_all(&folder).unwrap();
        let auditor = Self { stage, folder };
        auditor.make_key("ed25519");
        auditor
    }

    /// A new pair of keys takes the place of the one before.
    pub fn make_key(&self, algorithm: &str) {
        let [private, public] = ["key.pem", "public.pem"].map(|name| self.path(name));
        openssl(&["genpkey", "-algorithm", algorithm, "-out", &private]);
        openssl(&["pkey", "-in", &private, "-pubout", "-out", &public]);
    }

    /// In a folder of its own.
    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// `casefile audit` with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Heard {
        self.run_with(arguments, &[])
    }

    pub fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Heard {
        let [private, public] = ["key.pem", "public.pem"].map(|name| self.path(name));
        let keys = [("AUDIT_ANCHOR_KEY_FILE", private.as_str()), ("AUDIT_ANCHOR_PUBLIC_KEY_FILE", &public)];
        let output = self.stage.keep_with(&[&["audit"], arguments].concat(), &[&keys, environment].concat());
        let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        Heard { status: output.status.code(), out, err }
    }

    /// An anchor in a file of its own; its path.
    #[track_caller]
    pub fn anchor(&self) -> String {
        let path = self.path(&unique("anchor"));
        self.run(&["anchor", "--file", &path, "--restart"]).says(0, &["Anchored"]);
        path
    }

    /// The anchors in the document store, the newest last.
    pub fn stored(&self) -> Vec<PathBuf> {
        let folder = documents_of(&self.stage.database().url).join("audit-anchors");
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let mut anchors: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        anchors.sort();
        anchors
    }

    /// Runs it as a superuser who turns off all triggers, knows how a trail is chained, and turns the triggers on
    /// again.
    pub fn tamper(&self, sql: &str) {
        let [off, on] = ["disable", "enable always"].map(triggers);
        let sql = format!(
            "begin; set local session_replication_role = replica; {off}; {TOOLS}; {sql}; {on}; commit"
        );
        self.stage.database().execute(&sql);
    }
}

fn triggers(how: &str) -> String {
    format!(
        "do $$
         declare
           v_trigger record;
         begin
           for v_trigger in select t.tgrelid::regclass as of, t.tgname as name from pg_trigger as t where not t.tgisinternal loop
             execute format('alter table %s {how} trigger %I', v_trigger.of, v_trigger.name);
           end loop;
         end $$"
    )
}

const TOOLS: &str = "
    create or replace function pg_temp.chain_anew(p_case uuid) returns void language plpgsql as $$
    declare
      v_digest bytea;
      v_entry audit.entries;
      v_length bigint := 0;
    begin
      for v_entry in select * from audit.entries as e where e.case_id = p_case order by e.id loop
        v_digest := audit.entry_digest(v_digest, v_entry);
        update audit.entries set digest = v_digest where id = v_entry.id;
        v_length := v_length + 1;
      end loop;
      update audit.chains set length = v_length, digest = v_digest where case_id = p_case;
    end $$;
    create or replace function pg_temp.remove_case(p_case uuid) returns void language sql as $$
      delete from audit.entries where case_id = p_case;
      delete from audit.chains where case_id = p_case;
      delete from core.case_reach where case_id = p_case;
      delete from core.status_changes where case_id = p_case;
      delete from core.case_details where case_id = p_case;
      delete from core.cases where id = p_case;
    $$";

impl Heard {
    /// That status, and these words.
    #[track_caller]
    pub fn says(&self, status: i32, words: &[&str]) -> &Self {
        let said = format!("{}{}", self.out, self.err);
        assert_eq!(self.status, Some(status), "{said}");
        for word in words {
            assert!(said.contains(word), "it does not say {word:?}:\n{said}");
        }
        self
    }

    /// Cannot, and says so in one line with these words.
    #[track_caller]
    pub fn cannot(&self, words: &[&str]) {
        self.says(2, words);
        assert_eq!((self.out.as_str(), self.err.lines().count()), ("", 1), "{}", self.err);
    }

    /// The objects in JSON, and the last, with the counts.
    #[track_caller]
    pub fn found(&self) -> (Vec<Value>, Value) {
        let mut lines: Vec<Value> =
            self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let last = lines.pop().unwrap_or_else(|| panic!("{}", self.err));
        assert_eq!(last["found"], lines.len(), "{}", self.out);
        assert_eq!(self.status, Some(i32::from(!lines.is_empty())), "{}", self.err);
        (lines, last)
    }
}

impl Drop for Auditor<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[track_caller]
fn openssl(arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
