//! The one register of failures. Every failure of a request has exactly one reason, and this file alone knows which
//! status, `code` and SQLSTATE belong to it.

/// The entry of a reason in the register.
struct Row {
    word: &'static str,
    /// Status and `code`, the usual one first.
    answers: &'static [(u16, &'static str)],
    sqlstates: &'static [&'static str],
    retry_after: Option<u64>,
    when: &'static str,
    remedy: &'static str,
}

macro_rules! register {
    ($(
        $name:ident $word:literal: $($status:literal $code:ident),+ $(; from $($sqlstate:literal),+)? $(; retry after $seconds:literal)?
            => $when:literal $remedy:literal
    )*) => {
        /// Why a request failed, in one word. Words are never renamed, and clients have to expect new ones.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reason {
            $(#[doc = $when] $name,)*
        }

        impl Reason {
            /// All of them, by status.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            const fn row(self) -> Row {
                match self {
                    $(Self::$name => Row {
                        word: $word,
                        answers: &[$(($status, stringify!($code))),+],
                        sqlstates: &[$($($sqlstate),+)?],
                        retry_after: optional!($($seconds)?),
                        when: $when,
                        remedy: $remedy,
                    },)*
                }
            }
        }
    };
}

macro_rules! optional {
    () => {
        None
    };
    ($value:literal) => {
        Some($value)
    };
}

register! {
    InvalidInput "INVALID_INPUT": 400 VALIDATION_ERROR; from "JCVAL", "23514"
        => "A field of the body, a parameter or a header is missing, or holds a value that is not allowed. `errors` lists those that the server has found."
           "Correct the fields in `errors` and send the request again. If a value had the wrong type, the next answer may list others."
    MalformedJson "MALFORMED_JSON": 400 VALIDATION_ERROR
        => "The body is not a JSON object."
           "Send a JSON object. The sentence in `error` names the line and column of a mistake."
    MalformedForm "MALFORMED_FORM": 400 VALIDATION_ERROR
        => "The body is not a well-formed `multipart/form-data` form, or has too many parts."
           "Let a library write the form, and send all of it."
    MalformedRequest "MALFORMED_REQUEST": 400 VALIDATION_ERROR
        => "The server cannot make sense of the request."
           "Compare the request with the description of the operation."
    InvalidEncoding "INVALID_ENCODING": 400 VALIDATION_ERROR
        => "The percent-encoding of the address does not stand for UTF-8 text, or hides a NUL character."
           "Encode each part of the address as UTF-8, then percent-encode it."
    IncompleteBody "INCOMPLETE_BODY": 400 VALIDATION_ERROR
        => "The body ended too early, or arrived too slowly."
           "Send the request again."
    TwoCredentials "TWO_CREDENTIALS": 400 VALIDATION_ERROR
        => "The request has both a session cookie and an `Authorization` header."
           "Send one of them."
    VersionsDiffer "VERSIONS_DIFFER": 400 VALIDATION_ERROR
        => "`version` in the body and `If-Match` state different versions."
           "State the version once."
    NoCourt "NO_COURT": 400 VALIDATION_ERROR; from "JCVAL"
        => "A case officer without a court tries to create a case. A case is created in the officer's court."
           "Sign in with a membership that has a court."
    DuplicateDocument "DUPLICATE_DOCUMENT": 400 VALIDATION_ERROR; from "JCSAM"
        => "The case already has a document with the same bytes."
           "Use that document. `existingDocumentId` names it if the caller may see it."
    AllUploadsFailed "ALL_UPLOADS_FAILED": 400 VALIDATION_ERROR
        => "No file of a form with several files was stored."
           "Read the reason for each file in `results`."
    TerminalStatus "TERMINAL_STATUS": 400 TERMINAL_STATUS; from "JCTRM"
        => "The case has its outcome, so its status cannot change any more."
           "Do not try again: no status follows an outcome."
    InvalidTransition "INVALID_TRANSITION": 400 INVALID_TRANSITION; from "JCSTA"
        => "The case cannot move from its status to the one that the request asks for."
           "Choose one of `validTransitions`."
    ReasonRequired "REASON_REQUIRED": 400 REASON_REQUIRED; from "JCREA"
        => "This change of status needs a `reason`, and the request gives none."
           "Send the request again with a `reason`."
    NoSession "NO_SESSION": 401 AUTH_REQUIRED; from "JCSES"
        => "The request has no session, or its session has ended."
           "Sign in, then send the request again."
    InvalidToken "INVALID_TOKEN": 401 AUTH_REQUIRED, 400 VALIDATION_ERROR
        => "The bearer token (or the logout token, with status 400) is not accepted. The sentence in `error` says why."
           "Ask the identity provider for a new token."
    SessionsEnded "SESSIONS_ENDED": 401 AUTH_REQUIRED; from "JCEND"
        => "The token was issued before all sessions of its user were ended."
           "Ask the identity provider for a new token."
    SignInFailed "SIGN_IN_FAILED": 401 AUTH_REQUIRED, 400 VALIDATION_ERROR
        => "The sign-in with the identity provider did not succeed. With status 400, this browser has not begun the sign-in, or took too long."
           "Start again at `/api/auth/login`."
    RoleNotPermitted "ROLE_NOT_PERMITTED": 403 FORBIDDEN; from "42501"
        => "The caller's role does not have this operation. The attempt is recorded."
           "Ask a colleague with one of `requiredRoles`."
    TransitionNotPermitted "TRANSITION_NOT_PERMITTED": 403 FORBIDDEN; from "JCROL"
        => "The caller's role may change the status of a case, but not in this way."
           "Ask a colleague with one of `requiredRoles`."
    NotYourCase "NOT_YOUR_CASE": 403 FORBIDDEN
        => "The case or document exists, but the caller does not have access to it. The attempt is recorded."
           "Ask a case officer of the court to assign you to the case."
    DocumentInfected "DOCUMENT_INFECTED": 403 FORBIDDEN; from "JCINF"
        => "The virus scan found the document infected, so nobody can download it."
           "Ask for a clean copy and upload that."
    UnknownUser "UNKNOWN_USER": 403 FORBIDDEN; from "JCUNK"
        => "The identity provider knows the user, but Casefile's directory does not."
           "Ask a registrar to add the user."
    UserDisabled "USER_DISABLED": 403 FORBIDDEN; from "JCOFF"
        => "The user's access has been turned off."
           "Ask a registrar."
    NoMembership "NO_MEMBERSHIP": 403 FORBIDDEN; from "JCNOM"
        => "The user has no membership, or not the one that the request names."
           "Name one of the user's memberships, or ask a registrar for one."
    MembershipRequired "MEMBERSHIP_REQUIRED": 403 FORBIDDEN; from "JCMNY"
        => "The user has several memberships, and has chosen none."
           "Choose one of `memberships`: a browser with `POST /api/auth/membership`, a program with the header `Casefile-Membership`."
    ForeignOrigin "FOREIGN_ORIGIN": 403 FORBIDDEN
        => "A page of another site sent the request, and the operators have not allowed that site."
           "Call the API from its own site, or ask the operators to allow the origin."
    CaseNotFound "CASE_NOT_FOUND": 404 NOT_FOUND; from "JCMIS"
        => "There is no such case, or it has been deleted."
           "Check the id."
    DocumentNotFound "DOCUMENT_NOT_FOUND": 404 NOT_FOUND; from "JCMIS"
        => "There is no such document, or it has been deleted."
           "Check the id."
    AssignmentNotFound "ASSIGNMENT_NOT_FOUND": 404 NOT_FOUND; from "JCNIL"
        => "The case has no such assignment, or it has been revoked."
           "List the assignments of the case."
    OrganisationNotLinked "ORGANISATION_NOT_LINKED": 404 NOT_FOUND; from "JCNIL"
        => "The organisation is not linked to the case."
           "List the organisations of the case."
    UploadNotFound "UPLOAD_NOT_FOUND": 404 NOT_FOUND; from "JCNIL"
        => "The upload is no longer under way: it took too long and was given up."
           "Upload the document again."
    AddressNotFound "ADDRESS_NOT_FOUND": 404 NOT_FOUND
        => "There is nothing at this address."
           "Compare the address with the description of the operation."
    SignInNotOffered "SIGN_IN_NOT_OFFERED": 404 NOT_FOUND; from "JCMOC"
        => "This server does not offer this way to sign in."
           "Read `authMode` from `GET /api/auth/session`, and sign in that way."
    MethodNotAllowed "METHOD_NOT_ALLOWED": 405 METHOD_NOT_ALLOWED
        => "The address exists, but does not take this method."
           "Use one of the methods in the header `Allow`."
    NotAcceptable "NOT_ACCEPTABLE": 406 NOT_ACCEPTABLE
        => "The server cannot answer in any of the media types that `Accept` allows."
           "Allow `application/json`, or leave `Accept` out."
    StaleVersion "STALE_VERSION": 409 CONFLICT, 412 CONFLICT; from "JCVER"
        => "The case has changed since the version that the request states: in `version` (409) or in `If-Match` (412)."
           "Read the case again, and repeat the change with `currentVersion` if it is still wanted."
    AlreadyAssigned "ALREADY_ASSIGNED": 409 CONFLICT; from "JCDUP"
        => "The user already has this kind of assignment to the case."
           "Nothing needs to be done."
    AlreadyLinked "ALREADY_LINKED": 409 CONFLICT; from "JCDUP"
        => "The organisation is already linked to the case."
           "Nothing needs to be done."
    AlreadyExists "ALREADY_EXISTS": 409 CONFLICT; from "23505"
        => "Another request created the same thing first."
           "Read what is there."
    ChangeNotAllowed "CHANGE_NOT_ALLOWED": 409 CONFLICT; from "JCFIX"
        => "Nobody may make this change any more, for example because the case was deleted meanwhile."
           "Read the case or document again."
    NotScanned "NOT_SCANNED": 409 CONFLICT; from "JCUNS"; retry after 5
        => "The document has not been scanned for viruses yet."
           "Try again after the seconds in `Retry-After`."
    KeyReused "KEY_REUSED": 409 CONFLICT; from "JCKEY"
        => "The `Idempotency-Key` was used before with another request."
           "Choose a new key for each new request."
    PayloadTooLarge "PAYLOAD_TOO_LARGE": 413 PAYLOAD_TOO_LARGE
        => "The body is larger than 1 MiB, or a form with files larger than 256 MiB."
           "Send less at once."
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE": 415 UNSUPPORTED_MEDIA_TYPE
        => "`Content-Type` is not the one that the operation takes."
           "Send the type that the sentence in `error` names."
    RangeNotSatisfiable "RANGE_NOT_SATISFIABLE": 416 RANGE_NOT_SATISFIABLE
        => "The document has no bytes in the requested range."
           "Ask for a range within `fileSize`."
    RateLimited "RATE_LIMITED": 429 RATE_LIMITED
        => "The session or the address has sent more requests than it may."
           "Try again after the seconds in `Retry-After`."
    InternalError "INTERNAL_ERROR": 500 INTERNAL_ERROR; from "JCAPP"
        => "Casefile has a defect."
           "Report it with the `requestId`."
    DocumentDamaged "DOCUMENT_DAMAGED": 500 INTERNAL_ERROR
        => "The stored bytes of the document are gone or damaged."
           "Report it with the `requestId`. The operators can restore the document."
    Unavailable "UNAVAILABLE": 503 UNAVAILABLE; from "55P03"; retry after 1
        => "The database or the document store cannot be reached, or is too busy. Nothing has changed."
           "Try again after the seconds in `Retry-After`."
    DatabaseReadOnly "DATABASE_READ_ONLY": 503 UNAVAILABLE; from "25006"; retry after 1
        => "The database takes no changes at the moment. Reading works. Nothing has changed."
           "Try again after the seconds in `Retry-After`."
    DatabaseRestored "DATABASE_RESTORED": 503 UNAVAILABLE; retry after 1
        => "The database was restored from a backup, and the operators have not put it back into service yet."
           "Wait for the operators, then try again."
    Stopping "STOPPING": 503 UNAVAILABLE; retry after 1
        => "`GET /ready`: this server has been told to stop."
           "Send requests to another server."
    ProviderAway "PROVIDER_AWAY": 503 UNAVAILABLE; retry after 1
        => "The identity provider does not answer as it should."
           "Try again after the seconds in `Retry-After`."
    OutcomeUnknown "OUTCOME_UNKNOWN": 503 OUTCOME_UNKNOWN; retry after 1
        => "The server does not know whether the change was made."
           "Send the same request again with the same `Idempotency-Key`. If it had none, first read whether the change is there."
}

impl Reason {
    /// The word of `reason` in an answer.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.row().word
    }

    /// The usual status.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.row().answers[0].0
    }

    /// The word of `code` in an answer with the usual status.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.row().answers[0].1
    }

    /// Each status and its `code`, the usual one first.
    #[must_use]
    pub const fn answers(self) -> &'static [(u16, &'static str)] {
        self.row().answers
    }

    /// The errors of the database that mean this.
    #[must_use]
    pub const fn sqlstates(self) -> &'static [&'static str] {
        self.row().sqlstates
    }

    /// When it happens.
    #[must_use]
    pub const fn when(self) -> &'static str {
        self.row().when
    }

    /// The client's next step.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        self.row().remedy
    }

    /// After how many seconds to try again, unless the failure itself knows better.
    #[must_use]
    pub const fn retry_after(self) -> Option<u64> {
        self.row().retry_after
    }

    /// Whether the same request may succeed later without any correction.
    #[must_use]
    pub fn is_retryable(self) -> bool {
        self == Self::RateLimited || self.retry_after().is_some()
    }

    /// The reason of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.word() == word)
    }

    /// The reason for an SQLSTATE, unless the error names another.
    #[must_use]
    pub fn of_sqlstate(sqlstate: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.sqlstates().contains(&sqlstate))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Reason;

    #[test]
    fn words_are_unique_and_sentences_are_sentences() {
        let words: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.word()).collect();
        assert_eq!(words.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            assert!(reason.word().chars().all(|c| c.is_ascii_uppercase() || c == '_'), "{reason:?}");
            assert_eq!(Reason::of_word(reason.word()), Some(*reason));
            for sentence in [reason.when(), reason.remedy()] {
                assert!(sentence.ends_with('.') && sentence.len() < 200, "{reason:?}: {sentence}");
            }
        }
        assert!(Reason::ALL.is_sorted_by_key(|reason| reason.status()), "by status");
    }
}
