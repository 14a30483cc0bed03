//! The steps of scripts/deploy/audit.md check the proof of `casefile audit prove`, with other programs than this one.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::support::{Auditor, Stage, id_of, unique};

/// The steps of scripts/deploy/audit.md, except for the signature. The third party got the public key from elsewhere.
const CHECK: &str = r#"
const crypto = require("crypto"), fs = require("fs");
const sha = (...parts) => crypto.createHash("sha256").update(Buffer.concat(parts)).digest();
const proof = JSON.parse(fs.readFileSync(0, "utf8"));
const key = crypto.createPublicKey(fs.readFileSync(process.argv[1]));
const raw = key.export({ format: "der", type: "spki" }).subarray(-32);
const header = JSON.parse(proof.header);
const fail = (why) => { console.log(why); process.exit(1); };
if (!crypto.verify(null, Buffer.from(proof.header), key, Buffer.from(proof.signature, "base64"))) fail("signature");
if (sha(raw).toString("hex") !== header.key || raw.toString("base64") !== proof.publicKey) fail("key");
let hash = sha(Buffer.from([0]), Buffer.from(proof.leaf));
for (const { side, hash: other } of proof.path) {
  const beside = Buffer.from(other, "hex");
  hash = side === "left" ? sha(Buffer.from([1]), beside, hash) : sha(Buffer.from([1]), hash, beside);
}
if (hash.toString("hex") !== header.root) fail("root");
console.log("proved", proof.leaf);
"#;

fn checked(auditor: &Auditor, proof: &str) -> String {
    let mut node = Command::new("node");
    node.args(["-e", CHECK, &auditor.path("public.pem")]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = node.spawn().unwrap();
    process.stdin.take().unwrap().write_all(proof.as_bytes()).unwrap();
    String::from_utf8(process.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn the_proof_of_each_case_is_checked_without_this_program() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let officer = stage.officer();
    let cases: Vec<Value> = (0..5).map(|_| officer.create_case()).collect();
    let anchor = auditor.anchor();
    for case in &cases {
        // The anchor says nothing of later changes.
        officer.create_case();
        let id = id_of(case);
        let heard = auditor.run(&["prove", id, "--against", &anchor]);
        let heard = heard.says(0, &["casefile audit proof 1"]);
        let entries = "select c.case_id || ' ' || c.length || ' ' || encode(c.digest, 'hex')
            from audit.chains as c where c.case_id::text = $1";
        let leaf: String = stage.database().superuser().query_one(entries, &[&id]).unwrap().get(0);
        assert_eq!(checked(&auditor, &heard.out), format!("proved {leaf}\n"));

        // It proves nothing that it does not say.
        let proof: Value = serde_json::from_str(&heard.out).unwrap();
        for (name, other) in [
            ("leaf", proof["leaf"].as_str().unwrap().replacen(" 1 ", " 2 ", 1)),
            ("header", proof["header"].as_str().unwrap().replacen("\"cases\":5", "\"cases\":6", 1)),
        ] {
            let mut forged = proof.clone();
            forged[name] = other.into();
            assert_ne!(forged, proof);
            assert!(!checked(&auditor, &forged.to_string()).starts_with("proved"), "{name}");
        }
    }
    let late = officer.create_case();
    auditor.run(&["prove", id_of(&late), "--against", &anchor]).cannot(&["has no case", id_of(&late)]);
}

#[test]
fn openssl_verifies_the_signature_and_the_file_alone_is_enough_to_prove() {
    let stage = Stage::alone();
    let auditor = Auditor::new(&stage);
    let case = stage.officer().create_case();
    let anchor = auditor.anchor();
    let elsewhere = [
        ("BACKUP_DATABASE_URL", ""),
        ("DOCUMENT_STORE_URL", ""),
        ("APP_ENV", ""),
        ("AUDIT_ANCHOR_KEY_FILE", ""),
    ];
    let heard = auditor.run_with(&["prove", id_of(&case), "--against", &anchor], &elsewhere);
    let proof: Value = serde_json::from_str(&heard.says(0, &[]).out).unwrap();

    let [header, signature, base64] =
        ["header", "signature", "base64"].map(|name| auditor.path(&unique(name)));
    fs::write(&header, proof["header"].as_str().unwrap()).unwrap();
    fs::write(&base64, format!("{}\n", proof["signature"].as_str().unwrap())).unwrap();
    let openssl =
        |arguments: &[&str]| Command::new("openssl").args(arguments).output().unwrap().status.success();
    assert!(openssl(&["base64", "-d", "-A", "-in", &base64, "-out", &signature]));
    let public = auditor.path("public.pem");
    let verify =
        ["pkeyutl", "-verify", "-pubin", "-inkey", &public, "-rawin", "-in", &header, "-sigfile", &signature];
    assert!(openssl(&verify));
    fs::write(&header, "another").unwrap();
    assert!(!openssl(&verify));
}
