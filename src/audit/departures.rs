//! Departures from an anchor: trails, journals and number series that were altered, or do not go on from there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use tokio_postgres::{Client, Error};
use uuid::Uuid;

use super::{
    anchor::{Anchor, Header, Tip},
    part::Part,
};
use crate::{
    fsck::{Fault, Report, after, check_journals, check_rest, find_faults, next_page, tell},
    hex::unhex,
};

/// Cases compared in one statement.
const PAGE: u16 = 10_000;
const CASES: &str = "select count(*) from core.cases as c where c.id between $1 and $2";
const DEPARTURES: &str = "select case_id, entry_id, problem from audit.find_departures($1, $2, $3, $4, $5)";
const SEAL_DEPARTURES: &str =
    "select journal, seal_number, problem from audit.find_seal_departures($1, $2, $3)";
const SERIES: &str = "select s.court_code || '/' || s.year, s.last_number from core.case_number_series as s";
const HAS_ENTRY: &str = "select exists (select from audit.entries as e where e.id = $1)";

/// Compares all that an anchor has, and reads all newer rows; without an anchor, every row is new. Of the anchored
/// rows, it reads one part again.
pub async fn check(
    client: &Client,
    anchor: Option<&Anchor>,
    part: Option<Part>,
    report: &mut Report,
) -> Result<(), Error> {
    let tips = anchor.map(|anchor| anchor.tips.as_slice()).unwrap_or_default();
    check_trails(client, tips, part, report).await?;
    let mut sealed = Value::Object(Map::new());
    if let Some(Anchor { header, .. }) = anchor {
        check_newest_entry(client, header, report).await?;
        check_seals(client, header, report).await?;
        check_series(client, header, report).await?;
        // The journals are not cut into parts: all are read with the oldest cases.
        if !part.is_some_and(Part::is_oldest) {
            let seals = header.journals.iter().map(|journal| (journal.name.as_str(), journal.seals));
            sealed = seals.collect();
        }
    }
    check_journals(client, &sealed, report).await?;
    check_rest(client, report).await
}

/// Reads all rows of one case.
pub async fn check_case(
    client: &Client,
    case_id: Uuid,
    tip: Option<&Tip>,
    report: &mut Report,
) -> Result<(), Error> {
    let tips = tip.map(std::slice::from_ref).unwrap_or_default();
    let mut faults = find_departures(client, case_id, case_id, tips).await?;
    faults.extend(find_faults(client, case_id, case_id).await?);
    tell(faults, report);
    report.checked("cases", 1);
    Ok(())
}

async fn check_trails(
    client: &Client,
    tips: &[Tip],
    part: Option<Part>,
    report: &mut Report,
) -> Result<(), Error> {
    let again = part.map(|part| part.positions(tips.len())).unwrap_or_default();
    let (mut from, mut at) = (Uuid::nil(), 0);
    loop {
        let last_cases = next_page(client, from, PAGE).await?.last;
        let ends = [at + usize::from(PAGE), again.start, again.end].into_iter().filter(|end| *end > at);
        let ends = ends.filter_map(|end| tips.get(end)).map(|tip| before(tip.case_id));
        let to = ends.chain(last_cases).min().unwrap_or(Uuid::max());
        let end = at + tips[at..].partition_point(|tip| tip.case_id <= to);

        let mut faults = find_departures(client, from, to, &tips[at..end]).await?;
        if again.contains(&at) {
            faults.extend(find_faults(client, from, to).await?);
            report.checked("read again", (end - at) as u64);
        }
        tell(faults, report);
        report.checked("cases", count_cases(client, from, to).await?);
        report.sign("audit", None);
        if to == Uuid::max() {
            return Ok(());
        }
        (from, at) = (after(to), end);
    }
}

async fn count_cases(client: &Client, from: Uuid, to: Uuid) -> Result<u64, Error> {
    Ok(client.query_one(CASES, &[&from, &to]).await?.get::<_, i64>(0).unsigned_abs())
}

/// Each once, though a trail may be read twice: as newly written, and because it is its turn.
async fn find_departures(
    client: &Client,
    from: Uuid,
    to: Uuid,
    tips: &[Tip],
) -> Result<BTreeSet<Fault>, Error> {
    let ids: Vec<Uuid> = tips.iter().map(|tip| tip.case_id).collect();
    let lengths: Vec<i64> = tips.iter().map(|tip| tip.length).collect();
    let digests: Vec<&[u8]> = tips.iter().map(|tip| &tip.digest[..]).collect();
    let rows = client.query(DEPARTURES, &[&from, &to, &ids, &lengths, &digests]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
}

/// A database restored to an earlier moment lacks it.
async fn check_newest_entry(client: &Client, header: &Header, report: &mut Report) -> Result<(), Error> {
    let Some(last) = header.last_entry else { return Ok(()) };
    if !client.query_one(HAS_ENTRY, &[&last]).await?.get::<_, bool>(0) {
        report.found("audit", "the newest entry of the anchor is missing", &[("entry", last.to_string())]);
    }
    Ok(())
}

async fn check_seals(client: &Client, header: &Header, report: &mut Report) -> Result<(), Error> {
    let names: Vec<&str> = header.journals.iter().map(|journal| journal.name.as_str()).collect();
    let seals: Vec<i64> = header.journals.iter().map(|journal| journal.seals).collect();
    let digests: Vec<Option<Vec<u8>>> =
        header.journals.iter().map(|journal| unhex(&journal.digest).map(Vec::from)).collect();
    for row in client.query(SEAL_DEPARTURES, &[&names, &seals, &digests]).await? {
        let about = [("journal", row.get(0)), ("seal", row.get::<_, i64>(1).to_string())];
        report.found("journals", row.get(2), &about);
    }
    Ok(())
}

async fn check_series(client: &Client, header: &Header, report: &mut Report) -> Result<(), Error> {
    let rows = client.query(SERIES, &[]).await?;
    let numbers: BTreeMap<String, i32> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    for series in &header.series {
        let number = numbers.get(&series.name).copied().unwrap_or_default();
        if number < series.last_number {
            let problem = format!("was anchored at {}, and is now at {number}", series.last_number);
            report.found("numbers", &problem, &[("series", series.name.clone())]);
        }
    }
    Ok(())
}

fn before(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128().saturating_sub(1))
}
