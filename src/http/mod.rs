//! HTTP: from the connection of a client to one call of the database, and back.

mod accept;
mod admin;
mod api;
mod app;
mod auth;
mod body;
mod client_address;
mod compression;
mod cookies;
mod docs;
mod document;
mod documented;
mod encoding;
mod entity_tag;
mod examples;
mod fixed;
mod idempotency;
mod limiters;
mod links;
mod methods;
mod origin;
mod parameters;
mod pipeline;
mod probes;
mod problem;
mod representation;
mod server;
mod standing;
mod time_limit;
mod types;

pub use self::{
    admin::serve_admin,
    api::{AuditPage, CasePage, CaseRead},
    app::{app, document},
    auth::presented_session,
    limiters::Limiters,
    server::{listen, raise_descriptor_limit, run},
    types::Json,
};
