//! Variables that contain a secret, or name a file that does: `NAME` or `NAME_FILE`.

use std::fs;

#[derive(Debug)]
pub struct Stated {
    /// The one of the two that it came from.
    pub variable: String,
    pub value: String,
}

impl Stated {
    pub fn read(name: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        let of_file = format!("{name}_FILE");
        match (variable(name), variable(&of_file)) {
            (Some(_), Some(_)) => Err(format!("{name} and {of_file} are both set. Unset one of them.")),
            (Some(value), None) => Ok(Some(Self { variable: name.to_owned(), value })),
            (None, Some(path)) => {
                let text = fs::read_to_string(&path)
                    .map_err(|error| format!("{of_file} names {path}, which cannot be read: {error}."))?;
                // Editors and shells end a file with a line break.
                let value = text.trim_end_matches(['\r', '\n']).to_owned();
                if value.is_empty() {
                    return Err(format!("{of_file} names {path}, which is empty. Put the secret into it."));
                }
                Ok(Some(Self { variable: of_file, value }))
            }
            (None, None) => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_its_text_without_the_last_line_break_and_two_are_too_many() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "hush hush\n").unwrap();
        let path = path.to_str().unwrap();
        let read = |variables: &[(&str, &str)]| {
            Stated::read("NAME", |name| {
                variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            })
        };
        let stated = read(&[("NAME_FILE", path)]).unwrap().unwrap();
        assert_eq!((stated.variable.as_str(), stated.value.as_str()), ("NAME_FILE", "hush hush"));
        assert!(read(&[("NAME_FILE", path), ("NAME", "a")]).unwrap_err().contains("NAME_FILE"));
        assert!(read(&[("NAME_FILE", "/no/such/file")]).unwrap_err().contains("NAME_FILE"));
        fs::write(path, "\n").unwrap();
        assert!(read(&[("NAME_FILE", path)]).unwrap_err().contains("empty"));
    }
}
