//! `casefile audit prove`: proves that an anchor contains a case, and how long its trail was, without anchor or database.

use base64::{Engine, prelude::BASE64_STANDARD};
use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    anchor::Anchor,
    keys::PublicKeys,
    merkle::{Beside, Hash, leaf, path},
    source,
};
use crate::hex::hex;

#[derive(Debug, Args)]
pub struct Prove {
    #[arg(value_name = "CASE")]
    case: Uuid,
    /// A file, the name of an anchor in the document store, or latest
    #[arg(long, value_name = "ANCHOR")]
    against: String,
}

impl Prove {
    pub async fn run(self) -> Result<(), String> {
        let anchor = source::read(&self.against, &PublicKeys::of_environment()?).await?;
        let proof = proof(&anchor, self.case)
            .ok_or_else(|| format!("The anchor of {} has no case {}.", anchor.header.taken_at, self.case))?;
        crate::output::say(format_args!("{proof:#}"));
        Ok(())
    }
}

fn proof(anchor: &Anchor, case_id: Uuid) -> Option<Value> {
    let (index, tip) = anchor.tip(case_id)?;
    let leaves: Vec<Hash> = anchor.tips.iter().map(|tip| leaf(tip.to_string().as_bytes())).collect();
    let path = path(&leaves, index)?.into_iter().map(|beside| match beside {
        Beside::Left(hash) => json!({"side": "left", "hash": hex(&hash)}),
        Beside::Right(hash) => json!({"side": "right", "hash": hex(&hash)}),
    });
    Some(json!({
        "format": "casefile audit proof 1",
        "header": anchor.signed,
        "signature": anchor.signature,
        "publicKey": BASE64_STANDARD.encode(anchor.key.bytes()),
        "leaf": tip.to_string(),
        "index": index,
        "path": path.collect::<Vec<_>>(),
    }))
}
