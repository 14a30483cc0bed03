//! The files of documents: how they arrive, what they are, and where they are kept.

mod form;
mod multipart;
mod sniff;
mod spooled_file;
mod store;
mod upload;

pub use self::{
    form::{Fields, read_form, storable},
    multipart::{is_form, malformed},
    spooled_file::SpooledFile,
    store::Store,
    upload::{Upload, recall},
};
