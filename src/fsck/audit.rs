//! The audit trail of each case, its access by name, journals of no case, and case numbers.

use serde_json::{Value, json};
use tokio_postgres::{Client, Error};
use uuid::Uuid;

use super::report::Report;

/// Cases read in one statement.
const CASES: i64 = 1000;
const NEXT: &str = "select min(p.id::text)::uuid, max(p.id::text)::uuid, count(*)
  from (select c.id from core.cases as c where c.id > $1 order by c.id limit $2) as p";
const FAULTS: &str = "select case_id, entry_id, problem from audit.find_faults($1, $2)";
const REACH_FAULTS: &str = "select case_id, problem from core.find_reach_faults($1, $2)";
const SEAL_FAULTS: &str = "select journal, seal_number, problem from audit.find_broken_seals($1)";
const NUMBER_FAULTS: &str = "select court_code || '/' || year, problem from core.find_number_faults()";

/// Of a trail: which case, which of its entries, what is wrong.
pub type Fault = (Uuid, Option<i64>, String);

pub async fn check(client: &Client, from: Option<Uuid>, report: &mut Report) -> Result<(), Error> {
    let mut after = from.unwrap_or_default();
    loop {
        let page = client.query_one(NEXT, &[&after, &CASES]).await?;
        let (Some(first), Some(last)) = (page.get::<_, Option<Uuid>>(0), page.get::<_, Option<Uuid>>(1))
        else {
            break;
        };
        tell(find_faults(client, first, last).await?, report);
        for fault in client.query(REACH_FAULTS, &[&first, &last]).await? {
            report.found("reach", fault.get(1), &[("case", fault.get::<_, Uuid>(0).to_string())]);
        }
        report.checked("cases", page.get::<_, i64>(2).unsigned_abs());
        report.sign("audit", Some(last));
        after = last;
    }
    check_journals(client, &json!({}), report).await?;
    check_numbers(client, report).await
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

pub async fn check_numbers(client: &Client, report: &mut Report) -> Result<(), Error> {
    for fault in client.query(NUMBER_FAULTS, &[]).await? {
        report.found("numbers", fault.get(1), &[("series", fault.get(0))]);
    }
    Ok(())
}
