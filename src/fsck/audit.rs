//! The audit trail of each case, its access by name, journals of no case, the directory, and case numbers.

use serde_json::{Value, json};
use tokio_postgres::{Client, Error};
use uuid::Uuid;

use super::report::Report;

/// Cases read in one statement.
const CASES: u16 = 1000;
const PAGE: &str = "select max(p.id::text)::uuid, count(*)
  from (select c.id from core.cases as c where c.id >= $1 order by c.id limit $2) as p";
const FAULTS: &str = "select case_id, entry_id, problem from audit.find_faults($1, $2)";
const REACH_FAULTS: &str = "select case_id, problem from core.find_reach_faults($1, $2)";
const SEAL_FAULTS: &str = "select journal, seal_number, problem from audit.find_broken_seals($1)";
const DIRECTORY_FAULTS: &str = "select entity, entity_id, problem from auth.find_directory_faults()";
const NUMBER_FAULTS: &str = "select court_code || '/' || year, problem from core.find_number_faults()";

/// Cases in the order of their ids.
pub struct Page {
    /// None if it is not full, so that no case follows.
    pub last: Option<Uuid>,
    pub cases: u64,
}

/// Of a trail: which case, which of its entries, what is wrong.
pub type Fault = (Uuid, Option<i64>, String);

pub async fn check(client: &Client, from: Option<Uuid>, report: &mut Report) -> Result<(), Error> {
    let mut from = from.map(after).unwrap_or_default();
    loop {
        let Page { last, cases } = next_page(client, from, CASES).await?;
        // All ids have their turn: the case of a trail may be gone.
        let to = last.unwrap_or(Uuid::max());
        tell(find_faults(client, from, to).await?, report);
        for fault in client.query(REACH_FAULTS, &[&from, &to]).await? {
            report.found("reach", fault.get(1), &[("case", fault.get::<_, Uuid>(0).to_string())]);
        }
        report.checked("cases", cases);
        if to == Uuid::max() {
            break;
        }
        report.sign("audit", last);
        from = after(to);
    }
    check_journals(client, &json!({}), report).await?;
    check_rest(client, report).await
}

/// At most so many, from that one on.
pub async fn next_page(client: &Client, from: Uuid, size: u16) -> Result<Page, Error> {
    let row = client.query_one(PAGE, &[&from, &i64::from(size)]).await?;
    let cases = row.get::<_, i64>(1).unsigned_abs();
    let last = row.get::<_, Option<Uuid>>(0).filter(|_| cases == u64::from(size));
    Ok(Page { last, cases })
}

pub fn after(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128().saturating_add(1))
}

/// The faults in the trails of the cases from one id to another; reads all their rows.
pub async fn find_faults(client: &Client, from: Uuid, to: Uuid) -> Result<Vec<Fault>, Error> {
    let rows = client.query(FAULTS, &[&from, &to]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
}

pub fn tell(faults: impl IntoIterator<Item = Fault>, report: &mut Report) {
    for (case, entry, problem) in faults {
        let mut about = vec![("case", case.to_string())];
        about.extend(entry.map(|entry| ("entry", entry.to_string())));
        report.found("audit", &problem, &about);
    }
}

/// All rows that were sealed, or in each journal those after a seal: `{"auth.sign_ins": 1440}`.
pub async fn check_journals(client: &Client, since: &Value, report: &mut Report) -> Result<(), Error> {
    for fault in client.query(SEAL_FAULTS, &[since]).await? {
        let about = [("journal", fault.get(0)), ("seal", fault.get::<_, i64>(1).to_string())];
        report.found("journals", fault.get(2), &about);
    }
    Ok(())
}

/// Numbers of cases, and the directory.
pub async fn check_rest(client: &Client, report: &mut Report) -> Result<(), Error> {
    for fault in client.query(DIRECTORY_FAULTS, &[]).await? {
        let (entity, id): (String, String) = (fault.get(0), fault.get(1));
        report.found("directory", fault.get(2), &[("what", format!("{entity} {id}"))]);
    }
    for fault in client.query(NUMBER_FAULTS, &[]).await? {
        report.found("numbers", fault.get(1), &[("series", fault.get(0))]);
    }
    Ok(())
}
