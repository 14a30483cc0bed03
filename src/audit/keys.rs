//! The keys of anchors: Ed25519, in files as openssl makes them.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use rustls::pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer, pem::PemObject};
use sha2::{Digest, Sha256};

use crate::{config::KeyFile, hex::hex};

/// The DER before the 32 bytes of a public key: it says Ed25519 (RFC 8410).
const ED25519_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

pub struct PrivateKey(Ed25519KeyPair);

#[derive(Clone, Debug, PartialEq)]
pub struct PublicKey([u8; 32]);

/// The accepted keys, with former ones for what they signed.
pub struct PublicKeys {
    keys: Vec<PublicKey>,
    /// Where they are from.
    pub variable: &'static str,
}

impl PrivateKey {
    pub fn of_environment() -> Result<Self, String> {
        let file = KeyFile::private()?.ok_or(
            "AUDIT_ANCHOR_KEY_FILE is not set. Make it the path of a key: openssl genpkey -algorithm ed25519.",
        )?;
        Self::read(&file)
    }

    fn read(file: &KeyFile) -> Result<Self, String> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(&file.pem).ok();
        let pair = der.and_then(|der| Ed25519KeyPair::from_pkcs8(der.secret_pkcs8_der()).ok());
        pair.map(Self).ok_or_else(|| {
            format!(
                "{} names {}, which holds no private key of Ed25519 in PEM without a password. Make one: openssl genpkey -algorithm ed25519.",
                file.variable, file.path
            )
        })
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }

    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.public_key().as_ref());
        PublicKey(bytes)
    }
}

impl PublicKey {
    fn of_der(der: &[u8]) -> Option<Self> {
        der.strip_prefix(&ED25519_PREFIX)?.try_into().ok().map(Self)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The name of a key in an anchor.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(self.0))
    }

    pub fn fits(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, signature).is_ok()
    }
}

impl PublicKeys {
    /// Without a file of their own, that of the private key.
    pub fn of_environment() -> Result<Self, String> {
        if let Some(file) = KeyFile::public()? {
            return Self::read(&file);
        }
        let file = KeyFile::private()?.ok_or(
            "AUDIT_ANCHOR_PUBLIC_KEY_FILE is not set. Set it to the path of the public key for anchors: openssl pkey -pubout.",
        )?;
        Ok(Self { keys: vec![PrivateKey::read(&file)?.public()], variable: file.variable })
    }

    fn read(file: &KeyFile) -> Result<Self, String> {
        let ders = SubjectPublicKeyInfoDer::pem_slice_iter(&file.pem);
        let keys: Option<Vec<_>> = ders.map(|der| PublicKey::of_der(&der.ok()?)).collect();
        match keys {
            Some(keys) if !keys.is_empty() => Ok(Self { keys, variable: file.variable }),
            _ => Err(format!(
                "{} names {}, which must contain Ed25519 public keys in PEM and nothing else. Create it with openssl pkey -in PRIVATE -pubout.",
                file.variable, file.path
            )),
        }
    }

    pub fn and(mut self, key: PublicKey) -> Self {
        self.keys.push(key);
        self
    }

    pub fn find(&self, fingerprint: &str) -> Option<&PublicKey> {
        self.keys.iter().find(|key| key.fingerprint() == fingerprint)
    }
}

/// For tests of what is signed.
#[cfg(test)]
pub use self::tests::{private, publics};

#[cfg(test)]
mod tests {
    use super::*;

    /// All made by openssl.
    const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIKgyyMw/JXF2TKvDggHr0wYJ+Se3FkrAgzidXZFkof+u
-----END PRIVATE KEY-----
";
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEABvfDdX8yyXvl592WujA4iNxKEnWUtR3DGlGN/qL/cnM=
-----END PUBLIC KEY-----
";
    const PRIVATE_P256: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAsGTJDbBcl6ZxQrp
GS4JWL2U2N2MRtGi1BRTOTPF+n+hRANCAAQOumB49ZPWF/ZH4SkJNlxAgYy2t3f1
VA4Or2O+c3omkC73/9/8L3DiyZyLD58TkM8VUPa41rjPobDzYSMfuVh/
-----END PRIVATE KEY-----
";
    const PUBLIC_P256: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEmZs2M83zkCsnnHcXhIGnDyGcd0p+
/65e3UVEjG621RgJqRMhP7/UiIskbT5mb3p4RO3bkF8UJTm2ezUlmLD2JA==
-----END PUBLIC KEY-----
";
    const PRIVATE_X25519: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VuBCIEIBjqsrfavZfjDC61VfK2uTfXHePAFBh+1jiTEzAzMRdi
-----END PRIVATE KEY-----
";
    const ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgs4ydZ6pbfPgICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEFbtUWPGj4O9qzz4Ldt6AekEQJ0D
Kq3SSOpLPeyLYTQING97njCrXD1SojCipKIUqEOk5Cn4A6XKgrUP3wPG4aWuKee/
L7yt0tkZniLQpigYmCI=
-----END ENCRYPTED PRIVATE KEY-----
";

    fn file(pem: &str) -> KeyFile {
        KeyFile { variable: "KEY_FILE", path: "/key".to_owned(), pem: pem.into() }
    }

    pub fn private() -> PrivateKey {
        PrivateKey::read(&file(PRIVATE)).unwrap()
    }

    pub fn publics() -> PublicKeys {
        PublicKeys::read(&file(PUBLIC)).unwrap()
    }

    #[test]
    fn the_keys_of_openssl_sign_and_verify() {
        let (private, publics) = (private(), publics());
        let signature = private.sign(b"of this");
        let public = publics.find(&private.public().fingerprint()).unwrap();
        assert!(public.fits(b"of this", &signature));
        assert!(!public.fits(b"of that", &signature));
        assert!(!public.fits(b"of this", &signature[1..]));
        assert!(publics.find(&hex(&[0; 32])).is_none());
    }

    #[test]
    fn a_file_without_a_key_is_refused() {
        let no_private = [PUBLIC, PRIVATE_P256, PRIVATE_X25519, ENCRYPTED, "", "\0\0", &PRIVATE[..90]];
        for pem in no_private {
            let reason = PrivateKey::read(&file(pem)).err().unwrap();
            assert!(reason.contains("KEY_FILE names /key") && reason.contains("openssl genpkey"), "{reason}");
        }
        let twice = [PUBLIC, PUBLIC_P256].concat();
        for pem in [PRIVATE, PUBLIC_P256, &twice, "", "\0\0", &PUBLIC[..70]] {
            let reason = PublicKeys::read(&file(pem)).err().unwrap();
            assert!(reason.contains("KEY_FILE names /key") && reason.contains("-pubout"), "{reason}");
        }
        assert_eq!(PublicKeys::read(&file(&[PUBLIC, PUBLIC].concat())).unwrap().keys.len(), 2);
    }
}
