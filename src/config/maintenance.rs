//! What the environment says to the commands of those who keep a database: what it is, and where its documents are.

use std::env;

use super::{
    DatabaseUrl, DocumentStore, Target,
    database::{BACKUP, MIGRATOR, command_url},
    documents::{azure_options, document_store},
    environment,
};

#[derive(Debug)]
pub struct MaintenanceConfig {
    pub database: DatabaseUrl,
    pub documents: DocumentStore,
}

impl MaintenanceConfig {
    /// For what the owner alone may do.
    pub fn of_owner() -> Result<Self, String> {
        Self::from_environment(MIGRATOR, "casefile_migrator")
    }

    /// For what looks at everything, and changes nothing.
    pub fn of_reader() -> Result<Self, String> {
        let mut config = Self::from_environment(BACKUP, "casefile_backup")?;
        // Its sessions are read-only by themselves, on a primary, too.
        if config.database.target == Target::ReadWrite {
            config.database.target = Target::Primary;
        }
        Ok(config)
    }

    fn from_environment(name: &'static str, login: &str) -> Result<Self, String> {
        let mut config =
            Self::read(name, login, |name| env::var(name).ok().filter(|value| !value.is_empty()))?;
        config.documents.options.extend(azure_options());
        Ok(config)
    }

    pub(super) fn read(
        name: &'static str,
        login: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let (environment, _) = environment(&variable)?;
        Ok(Self {
            database: command_url(name, &format!("as {login}"), &variable)?,
            documents: document_store(environment, &variable)?,
        })
    }
}
