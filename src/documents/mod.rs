//! The files of documents: how they arrive, what they are, and where they are kept.

mod form;
mod jpeg;
mod multipart;
mod sniff;
mod spooled_file;
mod store;
mod tiff;
mod traced;
mod upload;

pub use self::{
    form::{Fields, read_form, storable},
    jpeg::Jpeg,
    multipart::{is_form, malformed},
    spooled_file::SpooledFile,
    store::{Held, Result, Store},
    tiff::pages as tiff_pages,
    upload::{Upload, recall},
};
