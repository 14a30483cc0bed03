//! Bytes on a connection: for requests that no well-behaved client sends.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use ureq::http::{HeaderMap, HeaderName, HeaderValue};

use super::answer::Answer;

/// Sends the bytes, and reads what comes back until the server closes or falls silent.
pub fn exchange(port: u16, bytes: &[u8]) -> Answer {
    let mut connection = connect(port);
    connection.write_all(bytes).unwrap();
    read_answer(&mut connection)
}

/// Sends the bytes, then says that nothing more will come.
pub fn exchange_truncated(port: u16, bytes: &[u8]) -> Answer {
    let mut connection = connect(port);
    connection.write_all(bytes).unwrap();
    // The server may have answered and closed already.
    let _ = connection.shutdown(std::net::Shutdown::Write);
    read_answer(&mut connection)
}

/// `POST` with that head and body, asking to close the connection afterwards.
pub fn post(path: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes =
        format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{head}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

pub fn connect(port: u16) -> TcpStream {
    let connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    connection
}

/// Asks on that connection, and leaves it open.
pub fn get(connection: &mut TcpStream, path: &str) -> Answer {
    connection.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).unwrap();
    read_answer(connection)
}

/// How long it takes the server to close the connection.
pub fn until_closed(connection: &mut TcpStream) -> Duration {
    let from = Instant::now();
    // It may be cut off.
    while connection.read(&mut [0; 4096]).is_ok_and(|length| length > 0) {}
    from.elapsed()
}

pub fn read_answer(connection: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match connection.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
            Err(error) => panic!("the connection was dropped: {error}"),
        }
        if is_complete(&bytes) {
            break;
        }
    }
    parse(&bytes)
}

fn is_complete(bytes: &[u8]) -> bool {
    let Some(end) = end_of_head(bytes) else { return false };
    let (_, headers) = parse_head(&bytes[..end]);
    headers
        .get("Content-Length")
        .is_some_and(|length| bytes.len() >= end + length.to_str().unwrap().parse::<usize>().unwrap())
}

fn parse(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let end = end_of_head(bytes).unwrap_or_else(|| panic!("the connection was dropped after {text:?}"));
    let (status, headers) = parse_head(&bytes[..end]);
    Answer::of("raw request".to_owned(), status, headers, bytes[end..].to_vec())
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|place| place + 4)
}

fn parse_head(head: &[u8]) -> (u16, HeaderMap) {
    let head = std::str::from_utf8(head).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value.trim()).unwrap());
    }
    (status, headers)
}
