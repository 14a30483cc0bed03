//! A form with files, as browsers send it.

const BOUNDARY: &str = "----casefile-test-0123456789";

#[derive(Clone, Default)]
pub struct Form(Vec<u8>);

impl Form {
    pub fn new() -> Self {
        Self::default()
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
        self.0.extend(format!("--{BOUNDARY}\r\n{headers}\r\n").bytes());
        self.0.extend(bytes);
        self.0.extend(b"\r\n");
        self
    }

    /// The content type of the form, and its bytes.
    pub fn end(mut self) -> (String, Vec<u8>) {
        self.0.extend(format!("--{BOUNDARY}--\r\n").bytes());
        (Self::content_type(), self.0)
    }

    pub fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }
}
