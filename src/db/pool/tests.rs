//! The pool, on connections to a server with just enough of PostgreSQL to be asked, and on a clock that moves only when
//! waited for.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    time::{Instant, sleep, timeout},
};
use tokio_postgres::{Config, NoTls};

use super::{Opened, Pool, PoolError, PooledConnection, Usage};

/// The server's time for one question.
const WORK: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(3);
const OFFICER: Option<&str> = Some("hmcts_case_officer");
const JUDGE: Option<&str> = Some("judge_legal_adviser");

/// A pool, and how many connections it has opened.
fn pool(size: usize) -> (Pool, Arc<AtomicUsize>) {
    let opened = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&opened);
    let open = move |_| {
        counting.fetch_add(1, Ordering::SeqCst);
        let opening = async {
            let (ours, theirs) = duplex(1024);
            tokio::spawn(serve(theirs));
            let config = Config::new().user("somebody").to_owned();
            let (client, connection) =
                config.connect_raw(ours, NoTls).await.map_err(|error| error.to_string())?;
            tokio::spawn(connection);
            Ok(Opened::of(client))
        };
        opening.boxed()
    };
    (Pool::of(Box::new(open), size, false), opened)
}

/// Accepts every connection, and answers every query with nothing, after a while.
async fn serve(mut client: DuplexStream) -> io::Result<()> {
    let length = client.read_u32().await?;
    client.read_exact(&mut vec![0; length as usize - 4]).await?;
    client.write_all(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I").await?;
    loop {
        let kind = client.read_u8().await?;
        let length = client.read_u32().await?;
        client.read_exact(&mut vec![0; length as usize - 4]).await?;
        if kind == b'Q' {
            sleep(WORK).await;
            client.write_all(b"I\0\0\0\x04").await?;
        }
        client.write_all(b"Z\0\0\0\x05I").await?;
    }
}

/// How many are in use, idle, and abandoned.
fn usage(pool: &Pool) -> (usize, usize, usize) {
    let Usage { used, idle, abandoned, .. } = pool.usage();
    (used, idle, abandoned)
}

async fn lent(pool: &Pool, role: Option<&'static str>) -> PooledConnection {
    let deadline = Instant::now() + PATIENCE;
    pool.get(role, PATIENCE, deadline).await.unwrap_or_else(|_| panic!("there is no connection"))
}

/// Has served the role, and goes back.
fn served(mut pooled: PooledConnection, role: Option<&'static str>) {
    pooled.has_served(role.unwrap());
    pooled.done();
}

async fn ask(pooled: &mut PooledConnection) {
    pooled.connection().unwrap().client().batch_execute("work").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_connection_is_lent_again_once_its_call_has_ended() {
    let (pool, opened) = pool(1);
    let mut pooled = lent(&pool, OFFICER).await;
    assert!(timeout(WORK / 4, ask(&mut pooled)).await.is_err());
    drop(pooled);
    assert_eq!(usage(&pool), (1, 0, 0));
    let from = Instant::now();
    lent(&pool, OFFICER).await.done();
    assert_eq!(from.elapsed().as_millis(), (WORK * 3 / 4).as_millis());
    assert_eq!((usage(&pool), opened.load(Ordering::SeqCst)), ((0, 1, 0), 1));
}

#[tokio::test(start_paused = true)]
async fn a_connection_abandoned_for_good_makes_room_for_another() {
    let (pool, opened) = pool(1);
    let mut pooled = lent(&pool, OFFICER).await;
    let all = async {
        for _ in 0..20 {
            let client = pooled.connection().unwrap().client();
            let _ = timeout(Duration::from_millis(1), client.batch_execute("work")).await;
        }
    };
    all.await;
    drop(pooled);
    let deadline = Instant::now() + 3 * PATIENCE;
    assert!(pool.get(OFFICER, 3 * PATIENCE, deadline).await.is_ok());
    assert_eq!(opened.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_waits_too_long_gets_an_error() {
    let (pool, _) = pool(1);
    let held = lent(&pool, OFFICER).await;
    let from = Instant::now();
    let outcome = pool.get(OFFICER, WORK, from + PATIENCE).await;
    assert!(matches!(outcome, Err(PoolError::AllInUse)));
    assert_eq!(from.elapsed(), WORK);
    held.done();
    lent(&pool, OFFICER).await.done();
    pool.close();
    assert!(matches!(pool.get(OFFICER, WORK, from + PATIENCE).await, Err(PoolError::Closed)));
}

#[tokio::test(start_paused = true)]
async fn a_role_waits_a_tenth_of_a_second_for_a_connection_of_its_own() {
    let (pool, _) = pool(2);
    let (held, other) = (lent(&pool, OFFICER).await, lent(&pool, JUDGE).await);
    served(other, JUDGE);
    let from = Instant::now();
    let pooled = lent(&pool, OFFICER).await;
    assert_eq!(from.elapsed().as_millis(), 100);
    served(held, OFFICER);
    // Of its own, at once; and of the other at once, too, with none of its own at work.
    let from = Instant::now();
    served(lent(&pool, OFFICER).await, OFFICER);
    served(pooled, OFFICER);
    served(lent(&pool, JUDGE).await, JUDGE);
    assert!(from.elapsed() < Duration::from_millis(1));
}

#[tokio::test(start_paused = true)]
async fn a_newer_connection_outdates_the_older_ones_and_no_others() {
    let (pool, opened) = pool(3);
    let (first, second) = (lent(&pool, OFFICER).await, lent(&pool, OFFICER).await);
    sleep(WORK).await;
    let deadline = Instant::now() + PATIENCE;
    let renewed = second.renewed(deadline).await.unwrap_or_else(|_| panic!("there is no connection"));
    let third = lent(&pool, OFFICER).await;
    renewed.outdate_older();
    [first, renewed, third].into_iter().for_each(PooledConnection::done);
    assert_eq!((usage(&pool), opened.load(Ordering::SeqCst)), ((0, 2, 0), 4));
}

#[tokio::test(start_paused = true)]
async fn a_discarded_connection_leaves_its_place_to_the_next() {
    let (pool, opened) = pool(1);
    let mut pooled = lent(&pool, OFFICER).await;
    assert!(timeout(WORK / 4, ask(&mut pooled)).await.is_err());
    pooled.discard();
    let from = Instant::now();
    lent(&pool, OFFICER).await.done();
    assert_eq!((from.elapsed(), opened.load(Ordering::SeqCst)), (Duration::ZERO, 2));
}
