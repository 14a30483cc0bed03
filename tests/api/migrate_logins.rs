//! Nobody but the migrator migrates.

use crate::support::{
    Database,
    deployment::{Folder, migrate},
    scripts_db, unique, with_database,
};

/// A login of the cluster, gone with the test.
struct Login<'a> {
    database: &'a Database,
    name: String,
}

impl<'a> Login<'a> {
    fn new(database: &'a Database, attributes: &str) -> Self {
        let name = format!("{}_{}", unique("migrates"), std::process::id()).replace(['-', '.'], "_");
        database.execute(&format!(
            "create role {name} login password 'hushhush' {attributes};
             grant casefile_owner to {name};
             grant connect on database {} to {name}",
            database.name
        ));
        Self { database, name }
    }

    fn url(&self) -> String {
        let (_, address) = self.database.url.split_once('@').unwrap();
        format!("postgresql://{}:hushhush@{address}", self.name)
    }
}

impl Drop for Login<'_> {
    fn drop(&mut self) {
        self.database.execute(&format!("drop owned by {}; drop role {}", self.name, self.name));
    }
}

#[test]
fn only_the_migrator_may_migrate() {
    let database = Database::empty();
    let folder = Folder::new().with(1, "create table first ();");
    let options = ["--migrations", folder.0.to_str().unwrap()];
    let refused = |url: &str, words: &[&str]| {
        migrate(url, &options).failed().says(words).says(&[
            "Nothing was changed",
            "casefile_migrator",
            "db/roles.sql",
        ]);
        assert_eq!(database.count("select count(*) from pg_tables where schemaname = 'public'", &[]), 0);
    };
    refused(&with_database(&scripts_db(&["url"], &[]), &database.name), &["as postgres, a superuser"]);
    refused(
        &with_database(&scripts_db(&["url", "casefile_api"], &[]), &database.name),
        &["works as casefile_api"],
    );
    refused(&Login::new(&database, "").url(), &["to casefile_owner"]);

    let works_as_owner = |login: &Login| {
        database.execute(&format!("alter role {} set role = 'casefile_owner'", login.name));
    };
    let bypasses = Login::new(&database, "bypassrls");
    works_as_owner(&bypasses);
    refused(&bypasses.url(), &["BYPASSRLS"]);
    let superuser = Login::new(&database, "superuser");
    works_as_owner(&superuser);
    refused(&superuser.url(), &["a superuser"]);

    folder.migrate(&database).succeeded();
}
