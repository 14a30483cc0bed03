//! A fault of one field of a request, and all faults at once.

use serde::Serialize;

macro_rules! register {
    ($($name:ident $word:literal $meaning:literal)*) => {
        /// The kind of fault of a field, in one word.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        pub enum FieldCode {
            $(#[doc = $meaning] #[serde(rename = $word)] $name,)*
        }

        impl FieldCode {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word of `code` for a field.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// Its meaning.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }
        }
    };
}

register! {
    Required "REQUIRED" "The field is missing or empty."
    WrongType "WRONG_TYPE" "The value has the wrong type: a number where a string belongs, for example."
    InvalidFormat "INVALID_FORMAT" "The value is not written as it should be: no date, no UUID, no cursor."
    UnknownWord "UNKNOWN_WORD" "The value is not one of the words that the document lists, or names nothing that exists."
    TooLong "TOO_LONG" "The text has too many characters."
    TooMany "TOO_MANY" "There are too many of these."
    OutOfRange "OUT_OF_RANGE" "The number or time is too small or too large."
    NulCharacter "NUL_CHARACTER" "The text contains a NUL character."
    InvalidCharacter "INVALID_CHARACTER" "The text contains a character that is not allowed here."
    NotNormalised "NOT_NORMALISED" "The text is not in the Unicode normal form NFC."
    Contradiction "CONTRADICTION" "The value contradicts another one."
    FileEmpty "FILE_EMPTY" "The file has no bytes."
    FileTooLarge "FILE_TOO_LARGE" "The file is too large."
    FileTypeNotAllowed "FILE_TYPE_NOT_ALLOWED" "Files of this type are not allowed."
    FileContent "FILE_CONTENT" "The content of the file does not match the ending of its name, or its declared type."
}

/// One fault. The field is named as the API names it: a field of the body, a parameter or a header.
#[derive(Clone, Debug, Serialize)]
pub struct FieldError {
    pub field: String,
    pub code: FieldCode,
    /// A sentence for people.
    pub message: String,
}

impl FieldError {
    pub fn new(field: &str, code: FieldCode, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), code, message: message.into() }
    }

    /// A fault of a value that our types or the framework's cannot read, in words that hold nothing of it.
    pub fn unreadable(field: &str, reason: &str) -> Self {
        let reason = reason.split(" (occurred while parsing").next().unwrap_or(reason);
        let reason = reason.split_once("\": ").map_or(reason, |(_, reason)| reason);
        let is_ours = reason.starts_with("must be") || reason.starts_with("a NUL");
        let (code, sentence) = if reason.starts_with("a NUL") {
            (FieldCode::NulCharacter, reason)
        } else if is_ours && reason.contains(", like ") {
            (FieldCode::InvalidFormat, reason)
        } else if reason.contains("maxLength(") {
            (FieldCode::TooLong, "the text is too long")
        } else if reason.contains("maximum(") || reason.contains("minimum(") {
            (FieldCode::OutOfRange, "the number is out of range")
        } else if is_ours {
            (FieldCode::WrongType, reason)
        } else {
            (FieldCode::WrongType, "the value has the wrong type")
        };
        Self::new(field, code, format!("{field}: {sentence}"))
    }
}

/// Collects what is wrong with several fields, one after the other.
#[derive(Default)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// The value, or nothing and one more fault.
    pub fn take<T: Default>(&mut self, outcome: Result<T, FieldError>) -> T {
        outcome.unwrap_or_else(|error| {
            self.0.push(error);
            T::default()
        })
    }

    /// All of them at once, if there are any.
    pub fn check(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::{FieldCode, FieldError};

    #[test]
    fn faults_of_the_framework_are_told_without_the_value() {
        for (reason, code, message) in [
            (
                "failed to parse \"integer_int32\": invalid digit 'x'",
                FieldCode::WrongType,
                "f: the value has the wrong type",
            ),
            (
                "failed to parse \"text\": must be a string (occurred while parsing \"Case\")",
                FieldCode::WrongType,
                "f: must be a string",
            ),
            (
                "must be a date, like 2026-12-01",
                FieldCode::InvalidFormat,
                "f: must be a date, like 2026-12-01",
            ),
            (
                "a NUL character cannot be stored",
                FieldCode::NulCharacter,
                "f: a NUL character cannot be stored",
            ),
            ("verification failed. maxLength(5)", FieldCode::TooLong, "f: the text is too long"),
            (
                "verification failed. maximum(100, exclusive: false)",
                FieldCode::OutOfRange,
                "f: the number is out of range",
            ),
        ] {
            let error = FieldError::unreadable("f", reason);
            assert_eq!((error.code, error.message.as_str()), (code, message), "{reason}");
        }
    }
}
