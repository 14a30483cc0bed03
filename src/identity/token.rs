//! Whether the provider signed a token for this server and for now.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha512};

use super::claims::{Claims, LEEWAY};

/// A token of a person in many groups has some thousands.
const LONGEST: usize = 16 * 1024;
const ALGORITHMS: [(&str, Algorithm); 4] = [
    ("RS256", Algorithm::RS256),
    ("PS256", Algorithm::PS256),
    ("ES256", Algorithm::ES256),
    ("EdDSA", Algorithm::EdDSA),
];

/// The part of a header that counts. Keys come from the provider alone, so a token's own keys (`jwk`, `jku`, `x5u`,
/// `x5c`) are not even read.
pub struct Header {
    pub algorithm: Algorithm,
    pub key_id: Option<String>,
    /// Without `application/`, in small letters.
    pub kind: Option<String>,
}

#[derive(Deserialize)]
struct RawHeader {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

impl Header {
    pub fn read(token: &str) -> Result<Self, &'static str> {
        if token.len() > LONGEST {
            return Err("it is too long");
        }
        let header = token.split('.').next().unwrap_or_default();
        let header = BASE64_URL_SAFE_NO_PAD.decode(header).map_err(|_| "it is not a signed token")?;
        let header: RawHeader = serde_json::from_slice(&header).map_err(|_| "it is not a signed token")?;
        if header.crit.is_some() {
            return Err("its header asks for what this server does not know (crit)");
        }
        let algorithm = ALGORITHMS.into_iter().find(|(name, _)| *name == header.alg);
        let algorithm = algorithm.map(|(_, algorithm)| algorithm).ok_or("its algorithm is not accepted")?;
        let kind = header.typ.map(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind.strip_prefix("application/").unwrap_or(&kind).to_owned()
        });
        Ok(Self { algorithm, key_id: header.kid, kind })
    }

    /// Whether a signature of this algorithm can be that key's.
    pub fn suits(&self, key: &Jwk) -> bool {
        let fits_kind = match (&key.algorithm, self.algorithm) {
            (AlgorithmParameters::RSA(_), Algorithm::RS256 | Algorithm::PS256) => true,
            (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => key.curve == EllipticCurve::P256,
            (AlgorithmParameters::OctetKeyPair(key), Algorithm::EdDSA) => key.curve == EllipticCurve::Ed25519,
            _ => false,
        };
        let stated = key.common.key_algorithm.map(|algorithm| algorithm.to_string());
        let is_stated = stated.is_none_or(|stated| {
            ALGORITHMS.iter().any(|(name, algorithm)| *algorithm == self.algorithm && *name == stated)
        });
        let signs = !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
        fits_kind && is_stated && signs
    }
}

/// Checks the signature, and every token's issuer, audience and time.
pub fn verify(
    token: &str,
    algorithm: Algorithm,
    key: &Jwk,
    issuer: &str,
    audience: &str,
) -> Result<Claims, &'static str> {
    let key = DecodingKey::from_jwk(key).map_err(|_| "the provider's key cannot be used")?;
    let mut validation = Validation::new(algorithm);
    validation.leeway = LEEWAY;
    validation.validate_nbf = true;
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    decode::<Map<String, Value>>(token, &key, &validation)
        .map(|token| Claims(token.claims))
        .map_err(|error| reason(error.kind()))
}

/// Whether a hash in an ID token is that of the access token which came with it: the left half, of the hash that the
/// signature uses (OpenID Connect Core 1.0, 3.1.3.6).
pub fn is_hash_of(stated: &str, token: &str, algorithm: Algorithm) -> bool {
    let hash = match algorithm {
        Algorithm::EdDSA => Sha512::digest(token).to_vec(),
        _ => Sha256::digest(token).to_vec(),
    };
    BASE64_URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]) == stated
}

/// In words that hold nothing of the token.
fn reason(kind: &jsonwebtoken::errors::ErrorKind) -> &'static str {
    use jsonwebtoken::errors::ErrorKind;
    match kind {
        ErrorKind::InvalidSignature => "its signature is not the provider's",
        ErrorKind::ExpiredSignature => "it has expired",
        ErrorKind::ImmatureSignature => "it is not valid yet",
        ErrorKind::InvalidIssuer => "it is from another issuer",
        ErrorKind::InvalidAudience => "it is for another audience",
        ErrorKind::MissingRequiredClaim(_) => "it lacks one of exp, iss and aud",
        _ => "this server cannot read it",
    }
}
