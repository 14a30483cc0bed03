//! A form with files, as browsers send it.

#[derive(Clone)]
pub struct Form {
    boundary: &'static str,
    bytes: Vec<u8>,
}

impl Form {
    pub fn new() -> Self {
        Self::bounded_by("----casefile-test-0123456789")
    }

    /// A browser makes up another boundary each time.
    pub fn bounded_by(boundary: &'static str) -> Self {
        Self { boundary, bytes: Vec::new() }
    }

    pub fn text(self, name: &str, value: &str) -> Self {
        self.part(&format!("Content-Disposition: form-data; name=\"{name}\"\r\n"), value.as_bytes())
    }

    pub fn file(self, name: &str, filename: &str, bytes: &[u8]) -> Self {
        self.file_of_type(name, filename, "application/octet-stream", bytes)
    }

    pub fn file_of_type(self, name: &str, filename: &str, content_type: &str, bytes: &[u8]) -> Self {
        let disposition =
            format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\n");
        self.part(&format!("{disposition}Content-Type: {content_type}\r\n"), bytes)
    }

    /// A part with these headers, each ended by a line break.
    pub fn part(mut self, headers: &str, bytes: &[u8]) -> Self {
        self.bytes.extend(format!("--{}\r\n{headers}\r\n", self.boundary).bytes());
        self.bytes.extend(bytes);
        self.bytes.extend(b"\r\n");
        self
    }

    /// The content type of the form, and its bytes.
    pub fn end(mut self) -> (String, Vec<u8>) {
        self.bytes.extend(format!("--{}--\r\n", self.boundary).bytes());
        (format!("multipart/form-data; boundary={}", self.boundary), self.bytes)
    }
}
