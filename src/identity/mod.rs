//! The identity provider: its description, its keys, and whether it made out a token for this server. Only the database
//! knows which user a person is here, and what they may do.

mod claims;
mod client;
mod discovery;
mod fetch;
mod keys;
mod provider;
mod refusal;
mod sign_in;
mod token;
mod verified;

pub use self::{
    provider::Provider,
    sign_in::{PATIENCE, SignIn},
    verified::AccessToken,
};
