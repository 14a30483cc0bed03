//! Connections of clients, within limits: how many there are, how long they may take, and how they end.

use std::{
    convert::Infallible,
    future::pending,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use poem::{
    Addr, Endpoint, EndpointExt,
    endpoint::{DynEndpoint, ToDynEndpoint},
    http::{HeaderValue, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use rustix::{
    net::sockopt::set_tcp_user_timeout,
    process::{Resource, getrlimit, setrlimit},
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use uuid::Uuid;

use crate::{config::ConnectionLimits, metrics, stop::Stop};

/// Before the next try where no connection can be accepted, as when file descriptors have run out.
const PAUSE: Duration = Duration::from_millis(100);
/// For a client that is turned away.
const PATIENCE_FOR_FAREWELL: Duration = Duration::from_secs(1);
/// For the first request on a connection, when the server is told to stop.
const PATIENCE_FOR_FIRST_REQUEST: Duration = Duration::from_millis(500);
/// The most that are turned away at once; others are just dropped.
const FAREWELLS: usize = 100;

type App = Arc<dyn DynEndpoint<Output = poem::Response>>;

pub fn listen(address: SocketAddr, limits: ConnectionLimits) -> Result<TcpListener, String> {
    let bind = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        // Accepted connections inherit these: a small answer is not held back, and a client that takes nothing cannot
        // hold one for ever.
        socket.set_nodelay(true)?;
        let patience = u32::try_from(limits.request.as_millis()).unwrap_or(u32::MAX);
        set_tcp_user_timeout(&socket, patience)?;
        socket.bind(address)?;
        socket.listen(1024)
    };
    bind().map_err(|error| {
        format!("Cannot listen on {address}: {error}. Set HOST, PORT or ADMIN_PORT to something free.")
    })
}

/// Every connection needs a file descriptor, and the usual limit is lower than what a process may ask for.
pub fn raise_descriptor_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit of file descriptors stays as it is");
    }
}

/// Serves until told to stop; then requests in flight may still take a while.
pub async fn run(listener: TcpListener, app: impl Endpoint + 'static, limits: ConnectionLimits, stop: Stop) {
    let app: App = Arc::new(ToDynEndpoint(app.map_to_response()));
    let seats = Arc::new(Semaphore::new(limits.connections));
    let farewells = Arc::new(Semaphore::new(FAREWELLS));
    let graceful = GracefulShutdown::new();
    let stopping = watch::Sender::new(false);
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "listening");
    }

    let drained = async {
        stop.requested().await;
        tracing::info!(seconds = limits.drain.as_secs(), "told to stop: not ready any more");
        stop.drained(limits.drain).await;
    };
    tokio::pin!(drained);
    loop {
        let (socket, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut drained => break,
        };
        if let Ok(seat) = Arc::clone(&seats).try_acquire_owned() {
            let ends = (graceful.watcher(), stopping.subscribe(), stop.clone());
            let connection = serve(socket, peer, Arc::clone(&app), limits, ends);
            tokio::spawn(async move {
                metrics::connected();
                connection.await;
                metrics::disconnected();
                drop(seat);
            });
        } else {
            metrics::connection_refused();
            if let Ok(farewell) = Arc::clone(&farewells).try_acquire_owned() {
                tokio::spawn(async move {
                    let _ = timeout(PATIENCE_FOR_FAREWELL, turn_away(socket)).await;
                    drop(farewell);
                });
            }
        }
    }

    drop(listener);
    tracing::info!(connections = graceful.count(), "stopping");
    stopping.send_replace(true);
    if timeout(limits.shutdown, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were cut off");
    }
    tracing::info!("stopped");
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // The client's trouble, and gone with it.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
                ) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                sleep(PAUSE).await;
            }
        }
    }
}

async fn serve(
    socket: TcpStream,
    peer: SocketAddr,
    app: App,
    limits: ConnectionLimits,
    (watcher, mut stopping, stop): (Watcher, watch::Receiver<bool>, Stop),
) {
    let Ok(local) = socket.local_addr() else { return };
    let (local, remote) = (LocalAddr(Addr::SocketAddr(local)), RemoteAddr(Addr::SocketAddr(peer)));
    let asked = AtomicBool::new(false);
    let stop = &stop;
    let service = service_fn(|request: Request<Incoming>| {
        asked.store(true, Ordering::Relaxed);
        let (app, local, remote) = (Arc::clone(&app), local.clone(), remote.clone());
        async move {
            let mut response = app.get_response((request, local, remote, Scheme::HTTP).into()).await;
            // Or the client would ask again on a connection that is about to close.
            if stop.is_requested() {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<Response<_>, Infallible>(response.into())
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .serve_connection(TokioIo::new(socket), service);
    // The library treats a connection without a request like one that waits for an answer.
    let stops_unasked = async {
        let _ = stopping.wait_for(|stopping| *stopping).await;
        sleep(PATIENCE_FOR_FIRST_REQUEST).await;
        if asked.load(Ordering::Relaxed) {
            pending::<()>().await;
        }
    };
    tokio::select! {
        biased;
        outcome = watcher.watch(connection) => if let Err(error) = outcome {
            // The client's to notice: it hung up, or was too slow.
            tracing::debug!(%error, "a connection ended");
        },
        () = stops_unasked => {}
    }
}

async fn turn_away(mut socket: TcpStream) -> io::Result<()> {
    let id = Uuid::new_v4();
    tracing::warn!(%id, "refused, because too many clients are connected");
    socket.write_all(farewell(id).as_bytes()).await?;
    socket.shutdown().await?;
    // Closed with bytes unread, the answer might be lost to a reset.
    tokio::io::copy(&mut socket, &mut tokio::io::sink()).await.map(drop)
}

/// A failure in the common shape, for a request that nobody has read.
fn farewell(request_id: Uuid) -> String {
    let body = format!(
        r#"{{"error":"Too many clients are connected; try again","code":"UNAVAILABLE","reason":"UNAVAILABLE","requestId":"{request_id}"}}"#
    );
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json; charset=utf-8\r\n\
         Content-Length: {}\r\nCache-Control: no-store\r\nRetry-After: 1\r\nX-Request-Id: {request_id}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
}
