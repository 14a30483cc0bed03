//! The bytes of documents: whether all are there and unchanged, and whether there are others.

use futures_util::{StreamExt, TryStreamExt, stream};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::report::Report;
use crate::{
    db::reason,
    documents::{Held, Store},
};

/// How many documents are named in one statement, and how many are read at a time.
const PAGE: i64 = 500;
const AT_A_TIME: usize = 4;
const NEXT: &str = "select id, case_id, upload_status::text, file_size, file_hash
  from core.documents where id > $1 order by id limit $2";
/// An upload is in the database before its first byte is in the store.
const UNKNOWN: &str = "select f.case_id, f.id from unnest($1::uuid[], $2::uuid[]) as f (case_id, id)
  where not exists (select from core.documents as d where d.id = f.id and d.case_id = f.case_id)";

pub async fn check(
    client: &Client,
    store: &Store,
    from: Option<Uuid>,
    report: &mut Report,
) -> Result<(), String> {
    check_bytes(client, store, from, report).await?;
    check_orphans(client, store, report).await
}

async fn check_bytes(
    client: &Client,
    store: &Store,
    from: Option<Uuid>,
    report: &mut Report,
) -> Result<(), String> {
    let mut after = from.unwrap_or_default();
    loop {
        let page = client.query(NEXT, &[&after, &PAGE]).await.map_err(|error| lost(&error))?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.get(0);
        // For other uploads, the store may hold anything.
        let complete = page.iter().filter(|row| row.get::<_, &str>(2) == "complete");
        let mut compared = stream::iter(complete.map(|row| compare(store, row))).buffer_unordered(AT_A_TIME);
        while let Some(((case, document), held)) = compared.next().await {
            let problem =
                match held.map_err(|error| format!("The document store cannot be read: {error}."))? {
                    Held::Whole => None,
                    Held::Missing => Some("missing"),
                    Held::Altered => Some("altered"),
                };
            if let Some(problem) = problem {
                report.found("documents", problem, &named(case, document));
            }
            report.checked("documents", 1);
        }
        report.sign("documents", Some(after));
    }
}

async fn compare(store: &Store, row: &Row) -> ((Uuid, Uuid), crate::documents::Result<Held>) {
    let (document, case): (Uuid, Uuid) = (row.get(0), row.get(1));
    let size = row.get::<_, i64>(3).unsigned_abs();
    ((case, document), store.compare(case, document, size, row.get(4)).await)
}

async fn check_orphans(client: &Client, store: &Store, report: &mut Report) -> Result<(), String> {
    let unreadable = |error: object_store::Error| format!("The document store cannot be listed: {error}.");
    let mut pages = store.list().try_chunks(500);
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| unreadable(error.1))?;
        let mut known = (Vec::new(), Vec::new());
        for file in page {
            match file {
                Ok((case, document)) => {
                    known.0.push(case);
                    known.1.push(document);
                }
                Err(path) => report.found("documents", "not of Casefile", &[("file", path)]),
            }
        }
        for row in client.query(UNKNOWN, &[&known.0, &known.1]).await.map_err(|error| lost(&error))? {
            report.found("documents", "orphaned", &named(row.get(0), row.get(1)));
        }
        report.checked("files", known.0.len() as u64);
        report.sign("documents", None);
    }
    Ok(())
}

fn named(case: Uuid, document: Uuid) -> [(&'static str, String); 2] {
    [("case", case.to_string()), ("document", document.to_string())]
}

fn lost(error: &tokio_postgres::Error) -> String {
    format!("The database does not answer: {}.", reason(error))
}
