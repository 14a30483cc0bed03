//! The audit trail of each case, who reaches it by name, and the numbers of cases.

use tokio_postgres::{Client, Error};
use uuid::Uuid;

use super::report::Report;

/// How many cases are looked at in one statement.
const CASES: i64 = 1000;
const NEXT: &str = "select min(p.id::text)::uuid, max(p.id::text)::uuid, count(*)
  from (select c.id from core.cases as c where c.id > $1 order by c.id limit $2) as p";
const FAULTS: &str = "select case_id, entry_id, problem from audit.find_faults($1, $2)";
const REACH_FAULTS: &str = "select case_id, problem from core.find_reach_faults($1, $2)";
const NUMBER_FAULTS: &str = "select court_code || '/' || year, problem from core.find_number_faults()";

pub async fn check(client: &Client, from: Option<Uuid>, report: &mut Report) -> Result<(), Error> {
    let mut after = from.unwrap_or_default();
    loop {
        let page = client.query_one(NEXT, &[&after, &CASES]).await?;
        let (Some(first), Some(last)) = (page.get::<_, Option<Uuid>>(0), page.get::<_, Option<Uuid>>(1))
        else {
            break;
        };
        for fault in client.query(FAULTS, &[&first, &last]).await? {
            let mut about = vec![("case", fault.get::<_, Uuid>(0).to_string())];
            about.extend(fault.get::<_, Option<i64>>(1).map(|entry| ("entry", entry.to_string())));
            report.found("audit", fault.get(2), &about);
        }
        for fault in client.query(REACH_FAULTS, &[&first, &last]).await? {
            report.found("reach", fault.get(1), &[("case", fault.get::<_, Uuid>(0).to_string())]);
        }
        report.checked("cases", page.get::<_, i64>(2).unsigned_abs());
        report.sign("audit", Some(last));
        after = last;
    }
    for fault in client.query(NUMBER_FAULTS, &[]).await? {
        report.found("numbers", fault.get(1), &[("series", fault.get(0))]);
    }
    Ok(())
}
