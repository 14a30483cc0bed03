//! The identity provider: what it says of itself, its keys, and whether a token is one that it has made out for this
//! server. Who somebody is here, and what they may do, only the database knows.

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
