//! The identity provider with which people and programs sign in.

use std::fs;

use url::{Host, Url};

use super::{number::Number, secret::Stated};

pub const KEYS_SECONDS: Number = Number {
    name: "OIDC_KEYS_SECONDS",
    default: 30,
    range: 1..=3600,
    meaning: "The least number of seconds between two fetches of the provider's keys. A token that names an unknown key causes a fetch.",
};

const CALLBACK: &str = "/api/auth/callback";

#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// As the provider writes it: compared letter by letter.
    pub issuer: String,
    pub client_id: String,
    pub client_proof: ClientProof,
    /// Where browsers come back to.
    pub redirect_url: Url,
    /// Where the provider sends a browser whose session it has ended.
    pub logged_out_url: Option<Url>,
    /// The audience of programs' access tokens. Without it, none is accepted.
    pub audience: Option<String>,
    pub scopes: String,
    /// Whether a claim rule may make a user whom the directory does not know.
    pub adds_users: bool,
    pub keys_seconds: u32,
}

/// This server's proof of identity to the provider.
#[derive(Clone)]
pub enum ClientProof {
    Secret(String),
    /// In PEM: `private_key_jwt`.
    PrivateKey(String),
}

/// Keeps it out of every log.
impl std::fmt::Debug for ClientProof {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Secret(_) => "a secret",
            Self::PrivateKey(_) => "a private key",
        })
    }
}

pub fn oidc_settings(variable: impl Fn(&str) -> Option<String>) -> Result<OidcSettings, String> {
    let required = |name: &str, what: &str| {
        variable(name).ok_or_else(|| format!("{name} is not set. AUTH_MODE=oidc needs it: {what}."))
    };
    let issuer = required("OIDC_ISSUER", "the provider's issuer, as its discovery document writes it")?;
    let url = secure_url("OIDC_ISSUER", &issuer)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("OIDC_ISSUER has a query or a fragment. Make it the issuer alone.".to_owned());
    }
    let redirect_url = required("OIDC_REDIRECT_URL", "https://the host of this server/api/auth/callback")?;
    let redirect_url = secure_url("OIDC_REDIRECT_URL", &redirect_url)?;
    if !redirect_url.path().ends_with(CALLBACK) || redirect_url.query().is_some() {
        return Err(format!(
            "OIDC_REDIRECT_URL does not end in {CALLBACK}, where this server listens. Add it."
        ));
    }
    let logged_out_url = variable("OIDC_LOGGED_OUT_URL");
    let logged_out_url = logged_out_url.map(|url| secure_url("OIDC_LOGGED_OUT_URL", &url)).transpose()?;
    let scopes = variable("OIDC_SCOPES").unwrap_or_else(|| "openid profile".to_owned());
    if !scopes.split_whitespace().any(|scope| scope == "openid") {
        return Err(
            "OIDC_SCOPES lacks openid, without which the provider does not say who signs in. Add it."
                .to_owned(),
        );
    }
    Ok(OidcSettings {
        client_id: required("OIDC_CLIENT_ID", "the name of this server at the provider")?,
        client_proof: client_proof(&variable)?,
        issuer,
        redirect_url,
        logged_out_url,
        audience: variable("OIDC_AUDIENCE"),
        scopes,
        adds_users: is_yes("OIDC_ADD_USERS", &variable)?,
        keys_seconds: KEYS_SECONDS.read(&variable)?,
    })
}

fn client_proof(variable: impl Fn(&str) -> Option<String>) -> Result<ClientProof, String> {
    let secret = Stated::read("OIDC_CLIENT_SECRET", &variable)?;
    let key_file = variable("OIDC_PRIVATE_KEY_FILE");
    match (secret, key_file) {
        (Some(secret), None) => Ok(ClientProof::Secret(secret.value)),
        (None, Some(path)) => fs::read_to_string(&path)
            .map_err(|error| error.to_string())
            .and_then(|pem| {
                pem.contains("PRIVATE KEY-----")
                    .then_some(pem)
                    .ok_or("it holds no private key in PEM".to_owned())
            })
            .map(ClientProof::PrivateKey)
            .map_err(|reason| format!("OIDC_PRIVATE_KEY_FILE names {path}, which cannot be used: {reason}.")),
        (None, None) => {
            Err("OIDC_CLIENT_SECRET is not set. Set it, OIDC_CLIENT_SECRET_FILE or OIDC_PRIVATE_KEY_FILE."
                .to_owned())
        }
        (Some(secret), Some(_)) => {
            Err(format!("{} and OIDC_PRIVATE_KEY_FILE are both set. Unset one of them.", secret.variable))
        }
    }
}

/// With TLS, unless nothing leaves this machine.
fn secure_url(name: &str, text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("{name} is no URL ({error}). Make it https://..."))?;
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_here => Ok(url),
        _ => Err(format!("{name} is not an https URL. Make it one; http is for this machine alone.")),
    }
}

pub fn is_yes(name: &str, variable: impl Fn(&str) -> Option<String>) -> Result<bool, String> {
    match variable(name).as_deref() {
        Some("yes") => Ok(true),
        Some("no") | None => Ok(false),
        Some(other) => Err(format!("{name} is {other:?}. Make it yes or no.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 4] = [
        ("OIDC_ISSUER", "https://id.example/realm"),
        ("OIDC_CLIENT_ID", "casefile"),
        ("OIDC_CLIENT_SECRET", "hushhush"),
        ("OIDC_REDIRECT_URL", "https://cases.example/api/auth/callback"),
    ];

    fn read(changed: &[(&str, &str)]) -> Result<OidcSettings, String> {
        oidc_settings(|name| {
            let stated = changed.iter().chain(&GOOD).find(|(key, _)| *key == name);
            stated.map(|(_, value)| (*value).to_owned()).filter(|value| !value.is_empty())
        })
    }

    #[test]
    fn omitted_settings_have_defaults_and_the_secret_is_not_logged() {
        let settings = read(&[]).unwrap();
        assert_eq!((settings.scopes.as_str(), settings.adds_users), ("openid profile", false));
        assert!(settings.audience.is_none());
        assert!(!format!("{settings:?}").contains("hushhush"));
    }

    #[test]
    fn wrong_settings_are_named() {
        for (name, value) in [
            ("OIDC_ISSUER", ""),
            ("OIDC_ISSUER", "http://id.example"),
            ("OIDC_ISSUER", "https://id.example/?a=b"),
            ("OIDC_CLIENT_ID", ""),
            ("OIDC_CLIENT_SECRET", ""),
            ("OIDC_CLIENT_SECRET_FILE", "/etc/hostname"),
            ("OIDC_PRIVATE_KEY_FILE", "/etc/hostname"),
            ("OIDC_REDIRECT_URL", "https://cases.example/"),
            ("OIDC_LOGGED_OUT_URL", "http://cases.example/"),
            ("OIDC_SCOPES", "profile"),
            ("OIDC_ADD_USERS", "perhaps"),
            ("OIDC_KEYS_SECONDS", "0"),
        ] {
            let reason = read(&[(name, value)]).unwrap_err();
            assert!(reason.contains(name) && !reason.contains("hushhush"), "{name}: {reason}");
        }
    }

    #[test]
    fn http_is_for_this_machine_alone() {
        assert!(read(&[("OIDC_ISSUER", "http://127.0.0.1:4000")]).is_ok());
        assert!(read(&[("OIDC_ISSUER", "http://127.0.0.1.example:4000")]).is_err());
    }
}
