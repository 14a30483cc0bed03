//! Where the bytes of documents are.

use std::env;

use url::Url;

use super::{Environment, secret::Stated};

/// The one secret of an account of Azure that may be in a file.
pub const AZURE_KEY: &str = "AZURE_STORAGE_ACCOUNT_KEY";
const LOCAL_DOCUMENT_FOLDER: &str = ".casefile/documents";

#[derive(Clone, Debug)]
pub struct DocumentStore {
    pub url: Url,
    /// The variables whose names begin with `AZURE_`, in small letters.
    pub options: Vec<(String, String)>,
}

pub fn document_store(
    environment: Environment,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<DocumentStore, String> {
    let url = variable("DOCUMENT_STORE_URL");
    let key = Stated::read(AZURE_KEY, &variable)?;
    let shape = "Make it file:///folder or az://container/folder";
    let url = match url.as_deref() {
        Some(url) => Url::parse(url)
            .map_err(|error| format!("DOCUMENT_STORE_URL is not a usable URL ({error}). {shape}."))?,
        None if environment == Environment::Prod => {
            return Err(format!("DOCUMENT_STORE_URL is not set. {shape}."));
        }
        None => env::current_dir()
            .ok()
            .and_then(|folder| Url::from_directory_path(folder.join(LOCAL_DOCUMENT_FOLDER)).ok())
            .ok_or_else(|| {
                format!("DOCUMENT_STORE_URL is not set, and there is no current folder. {shape}.")
            })?,
    };
    match (url.scheme(), url.host_str()) {
        ("file", None) | ("az", Some(_)) => {
            let options = key.map(|key| (AZURE_KEY.to_ascii_lowercase(), key.value)).into_iter().collect();
            Ok(DocumentStore { url, options })
        }
        _ => Err(format!("DOCUMENT_STORE_URL names neither a folder nor a container. {shape}.")),
    }
}

/// The variables of an account of Azure.
pub fn azure_options() -> Vec<(String, String)> {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("AZURE_"))
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect()
}
