//! The API over HTTP: the real server on a real database, one file for each operation, and some for what
//! holds for all of them. Run by scripts/test.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::needless_pass_by_value, reason = "bodies are written where they are sent")]

mod support;

mod change_case_status;
mod change_membership;
mod create_assignment;
mod create_case;
mod delete_case;
mod delete_document;
mod download_document;
mod fsck;
mod get_admin_only;
mod get_case;
mod get_document;
mod get_health;
mod get_live;
mod get_protected;
mod get_public_health;
mod get_ready;
mod get_session;
mod get_site_access;
mod get_upload_form;
mod link_organisation;
mod list_assignments;
mod list_case_audit;
mod list_cases;
mod list_document_versions;
mod list_documents;
mod list_organisations;
mod log_in;
mod log_in_with_claims;
mod log_out;
mod log_out_provider;
mod revoke_assignment;
mod start_log_in;
mod unlink_organisation;
mod update_case;
mod upload_document;
mod upload_documents;

mod after_restore;
mod alerts;
mod arrows;
mod azure;
mod bearers;
mod client_address;
mod connection_attacks;
mod container;
mod cross_site;
mod database_tls;
mod deadlines;
mod directory;
mod document_content;
mod document_crashes;
mod document_names;
mod document_races;
mod document_reach;
mod documentation;
mod faults;
mod hosts;
mod idempotency;
mod idempotent_uploads;
mod input_attacks;
mod logs;
mod lost_answers;
mod lost_standby;
mod metrics;
mod migrate;
mod migrate_explain;
mod migrate_locks;
mod migrate_logins;
mod names;
mod newer_database;
mod overload;
mod pgbouncer;
mod races;
mod rate_limits;
mod reach;
mod redaction;
mod replicas;
mod requests;
mod restart;
mod secrets;
mod security;
mod shutdown;
mod sign_in_races;
mod startup;
mod units;

mod reading;
mod scanning;
mod worker;
mod worker_crashes;
