//! The environment of commands that maintain a database: its URL, and where its documents are.

use super::{
    DatabaseUrl, DocumentStore, Target,
    database::{BACKUP, MIGRATOR, command_url},
    documents::{azure_options, document_store},
    environment, of_environment,
};

#[derive(Debug)]
pub struct MaintenanceConfig {
    pub database: DatabaseUrl,
    pub documents: DocumentStore,
}

impl MaintenanceConfig {
    /// For work only the owner may do.
    pub fn of_owner() -> Result<Self, String> {
        Self::from_environment(MIGRATOR, "casefile_migrator")
    }

    /// For reading everything and changing nothing.
    pub fn of_reader() -> Result<Self, String> {
        let mut config = Self::from_environment(BACKUP, "casefile_backup")?;
        config.database.target = reader_target(config.database.target);
        Ok(config)
    }

    fn from_environment(name: &'static str, login: &str) -> Result<Self, String> {
        let mut config = Self::read(name, login, of_environment)?;
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

/// For reading the database alone.
pub fn reader_database() -> Result<DatabaseUrl, String> {
    let mut database = command_url(BACKUP, "as casefile_backup", of_environment)?;
    database.target = reader_target(database.target);
    Ok(database)
}

/// For reading the document store alone.
pub fn documents_of_environment() -> Result<DocumentStore, String> {
    let (environment, _) = environment(of_environment)?;
    let mut documents = document_store(environment, of_environment)?;
    documents.options.extend(azure_options());
    Ok(documents)
}

/// A reader's sessions are read-only by themselves, on a primary, too.
fn reader_target(target: Target) -> Target {
    if target == Target::ReadWrite { Target::Primary } else { target }
}
