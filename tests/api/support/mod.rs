//! Gives the tests a real server, a real database and their answers.

mod answer;
mod at_once;
mod auditor;
mod bouncer;
mod certificates;
mod client;
mod cluster;
mod database;
pub mod deployment;
pub mod document;
mod figures;
pub mod form;
mod hang;
mod identity_provider;
mod person;
pub mod raw;
mod registrar;
pub mod samples;
mod server;
mod stage;
mod standby;
mod tamper;
pub mod workshop;

pub use self::{
    answer::Answer,
    at_once::at_once,
    auditor::Auditor,
    bouncer::Bouncer,
    certificates::Certificates,
    client::{Client, Request},
    cluster::Cluster,
    database::{Database, scripts_db, with_database},
    figures::{Figures, assert_is},
    form::Form,
    hang::Hang,
    identity_provider::IdentityProvider,
    person::{Person, SignInStage, parameter, session_of},
    registrar::{Registrar, Told, directory},
    server::{Server, casefile, documents_of, free_port, run, send_signal},
    stage::{Home, ROLES, Stage, assert_is_timestamp, assign, fields_of, id_of, link, unique},
    standby::{Standby, url_of_hosts},
};
