//! The types of requests and answers.

mod api_error;
mod assignment;
mod body;
mod byte_range;
mod error_body;
mod form;
mod json;
mod kept;
mod organisation;
mod paged;
mod path_id;
mod redirect;
mod upload;
mod upload_forms;
mod user;
mod version;

pub use self::{
    api_error::{ApiError, documented},
    assignment::Assignment,
    body::{Body, Required},
    byte_range::ByteRange,
    form::Form,
    json::Json,
    kept::Kept,
    organisation::OrganisationLink,
    paged::{Page, Paged},
    path_id::PathId,
    redirect::Redirect,
    upload::{DocumentType, UploadForm, UploadResult, case_page},
    upload_forms::{FileDetails, UploadDocument, UploadDocuments, several},
    user::{Greeting, LoggedIn, User},
    version::{Expected, IfMatch, Versioned},
};
