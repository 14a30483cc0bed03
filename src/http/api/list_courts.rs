use poem::web::Data;
use poem_openapi::{Object, OpenApi, types::Example};
use serde::{Deserialize, Serialize};

use super::Tag;
use crate::{
    db::{Db, Operation},
    http::types::{ApiError, Kept},
};

const LIST_COURTS: Operation = Operation::read("api.list_courts");

#[derive(Serialize, Object)]
#[oai(example)]
struct Courts {
    courts: Vec<Court>,
}

#[derive(Deserialize, Serialize, Object)]
struct Court {
    /// The beginning of every case number of the court. It never changes
    code: String,
    name: String,
    region: String,
}

impl Example for Courts {
    fn example() -> Self {
        let birmingham = Court {
            code: "BFC".to_owned(),
            name: "Birmingham Family Court".to_owned(),
            region: "Midlands".to_owned(),
        };
        Self { courts: vec![birmingham] }
    }
}

pub struct Api;

#[OpenApi(prefix_path = "/api", tag = "Tag::Reference")]
impl Api {
    /// List the family courts
    ///
    /// The family courts of England and Wales, by name. No session is needed. A client may keep the answer for five
    /// minutes.
    #[oai(path = "/courts", method = "get", operation_id = "list_courts")]
    async fn list_courts(&self, db: Data<&Db>) -> Result<Kept<Courts>, ApiError> {
        let courts = db.call_as_server(&LIST_COURTS, &[]).await?;
        Ok(Kept::new(Courts { courts }))
    }
}
