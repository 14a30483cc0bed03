//! This server as the provider knows it, and how it proves that.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    discovery::Metadata,
    fetch::{Fetcher, away},
};
use crate::{
    config::{ClientProof, OidcSettings},
    error::Failure,
};

/// RFC 7523.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion is good, in seconds.
const ASSERTION_LIFE: u64 = 60;

pub struct Client {
    pub id: String,
    proof: Proof,
}

enum Proof {
    Secret(String),
    PrivateKey(Algorithm, Box<EncodingKey>),
}

/// The tokens for a code.
#[derive(Deserialize)]
pub struct Tokens {
    pub id_token: String,
    pub access_token: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Why there are no tokens.
pub enum NoTokens {
    /// The code is another's, or was used before.
    BadCode,
    /// Nothing that the user could correct.
    Failed(Failure),
}

impl Client {
    pub fn new(settings: &OidcSettings) -> Result<Self, String> {
        let proof = match &settings.client_proof {
            ClientProof::Secret(secret) => Proof::Secret(secret.clone()),
            ClientProof::PrivateKey(pem) => {
                let (algorithm, key) = private_key(pem.as_bytes()).ok_or(
                    "OIDC_PRIVATE_KEY_FILE holds no key that can be used. Make it an RSA, P-256 or Ed25519 key in PEM (PKCS #8).",
                )?;
                Proof::PrivateKey(algorithm, Box::new(key))
            }
        };
        Ok(Self { id: settings.client_id.clone(), proof })
    }

    pub async fn redeem(
        &self,
        fetcher: &Fetcher,
        metadata: &Metadata,
        code: &str,
        verifier: &str,
        redirect_url: &str,
    ) -> Result<Tokens, NoTokens> {
        let mut form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("code_verifier", verifier.to_owned()),
            ("redirect_uri", redirect_url.to_owned()),
        ];
        let url = &metadata.token_endpoint;
        let basic = self.prove(metadata, &mut form).map_err(NoTokens::Failed)?;
        let answer = fetcher.post(url, basic, &form).await;
        let (status, body) = answer.map_err(|reason| NoTokens::Failed(away(&reason)))?;
        if status == 200 {
            return serde_json::from_slice(&body)
                .map_err(|_| NoTokens::Failed(away("it did not give an ID token for the code")));
        }
        // Only the standard's words: anything might stand there.
        let refusal = serde_json::from_slice::<Refusal>(&body).map(|refusal| refusal.error);
        match refusal.as_deref() {
            Ok("invalid_grant") => Err(NoTokens::BadCode),
            Ok(word @ ("invalid_client" | "invalid_request" | "unauthorized_client" | "invalid_scope")) => {
                tracing::warn!(word, "the identity provider refuses this server: see the OIDC settings");
                Err(NoTokens::Failed(away(&format!("it refuses this server ({word})"))))
            }
            _ => Err(NoTokens::Failed(away(&format!("it answered {status}")))),
        }
    }

    /// Adds this server's proof to the form, or returns it as a header.
    fn prove<'a>(
        &'a self,
        metadata: &Metadata,
        form: &mut Vec<(&str, String)>,
    ) -> Result<Option<(&'a str, &'a str)>, Failure> {
        match &self.proof {
            Proof::Secret(secret) if takes_basic(metadata) => return Ok(Some((&self.id, secret))),
            Proof::Secret(secret) => form.push(("client_secret", secret.clone())),
            Proof::PrivateKey(algorithm, key) => {
                form.push(("client_assertion_type", ASSERTION_TYPE.to_owned()));
                form.push(("client_assertion", self.assertion(*algorithm, key, &metadata.token_endpoint)?));
            }
        }
        form.push(("client_id", self.id.clone()));
        Ok(None)
    }

    fn assertion(&self, algorithm: Algorithm, key: &EncodingKey, audience: &str) -> Result<String, Failure> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let claims = json!({
            "iss": self.id, "sub": self.id, "aud": audience, "jti": Uuid::new_v4(), "iat": now,
            "exp": now + ASSERTION_LIFE,
        });
        encode(&Header::new(algorithm), &claims, key).map_err(|error| Failure::internal(&error))
    }
}

/// The only one of the two that every provider takes, unless it says otherwise.
fn takes_basic(metadata: &Metadata) -> bool {
    let methods = metadata.token_endpoint_auth_methods_supported.as_ref();
    methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"))
}

/// Only trying tells which kind of key it is.
fn private_key(pem: &[u8]) -> Option<(Algorithm, EncodingKey)> {
    let rsa = || Some((Algorithm::RS256, EncodingKey::from_rsa_pem(pem).ok()?));
    let p256 = || Some((Algorithm::ES256, EncodingKey::from_ec_pem(pem).ok()?));
    let ed25519 = || Some((Algorithm::EdDSA, EncodingKey::from_ed_pem(pem).ok()?));
    let signs =
        |found: &(Algorithm, EncodingKey)| encode(&Header::new(found.0), &json!({}), &found.1).is_ok();
    rsa().or_else(p256).or_else(ed25519).filter(signs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_private_key_is_refused() {
        let begin = "-----BEGIN PRIVATE KEY-----\n";
        for pem in
            [begin, &format!("{begin}aGFsbG8=\n-----END PRIVATE KEY-----\n"), "-----BEGIN PUBLIC KEY-----"]
        {
            assert!(private_key(pem.as_bytes()).is_none(), "{pem}");
        }
    }
}
