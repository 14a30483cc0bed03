//! The operations as the framework runs them, with failures that name the parameter at fault.

use std::collections::HashMap;

use poem::{EndpointExt, Error, endpoint::BoxEndpoint, http::Method};
use poem_openapi::{
    OpenApi,
    error::{ParseParamError, ParsePathError},
    registry::{
        MetaApi, MetaOperation, MetaOperationParam, MetaParamIn, MetaPath, MetaSchema, MetaSchemaRef,
        Registry,
    },
};

use super::{
    auth, idempotency,
    types::{documented, plain_reason},
};
use crate::error::Failure;

/// The framework turns an error into a response of its own making as soon as it leaves an endpoint, and
/// numbers the parameters of a path. So this wraps each endpoint.
pub struct Operations<T>(pub T);

impl<T: OpenApi> OpenApi for Operations<T> {
    /// One entry for each path, though its operations stand in several files.
    fn meta() -> Vec<MetaApi> {
        let mut paths: Vec<MetaPath> = Vec::new();
        for path in T::meta().into_iter().flat_map(|api| api.paths) {
            match paths.iter_mut().find(|known| known.path == path.path) {
                Some(known) => known.operations.extend(path.operations),
                None => paths.push(path),
            }
        }
        for operation in paths.iter_mut().flat_map(|path| &mut path.operations) {
            add_refusal(operation, 400);
            if !is_for_programs(operation) {
                continue;
            }
            operation.params.push(membership());
            add_refusal(operation, 403);
            if takes_key(operation) {
                operation.params.push(idempotency_key());
            }
        }
        vec![MetaApi { paths }]
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        let templates: Vec<String> =
            T::meta().into_iter().flat_map(|api| api.paths).map(|path| path.path).collect();
        let mut plain = HashMap::new();
        self.0.add_routes(&mut plain);

        for (route, endpoints) in plain {
            let names =
                templates.iter().find_map(|template| parameters(&route, template)).unwrap_or_default();
            let endpoints = endpoints.into_iter().map(|(method, endpoint)| {
                let names = names.clone();
                let endpoint = endpoint.after(move |outcome| {
                    let outcome = outcome.map_err(|error| named(error, &names));
                    async { outcome }
                });
                (method, endpoint.boxed())
            });
            routes.insert(route, endpoints.collect());
        }
    }
}

/// And not about the session of a browser.
fn is_for_programs(operation: &MetaOperation) -> bool {
    operation.security.iter().any(|scheme| scheme.contains_key("bearer"))
}

fn takes_key(operation: &MetaOperation) -> bool {
    matches!(operation.method, Method::POST | Method::PATCH)
}

/// Any operation refuses a malformed request; and whoever comes with a token may be nobody known.
fn add_refusal(operation: &mut MetaOperation, status: u16) {
    let responses = &mut operation.responses.responses;
    if !responses.iter().any(|response| response.status == Some(status)) {
        responses.push(documented(status));
    }
}

fn membership() -> MetaOperationParam {
    let schema = MetaSchema { format: Some("uuid"), ..MetaSchema::new("string") };
    header(
        auth::MEMBERSHIP,
        schema,
        "With a bearer token: in which of several roles the caller calls, by its id. A session has one already.",
    )
}

fn idempotency_key() -> MetaOperationParam {
    let schema = MetaSchema {
        min_length: Some(1),
        max_length: Some(idempotency::LONGEST),
        pattern: Some("^[ -~]+$".to_owned()),
        ..MetaSchema::new("string")
    };
    header(
        idempotency::HEADER,
        schema,
        "Any text of your own making. Asked again under the same key within 24 hours, the operation does nothing \
             more and gives its first answer again, with the header `Idempotency-Replayed: true`; so a request can be \
             repeated whose answer was lost. Whoever does not reach the case any more is refused. A refused request \
             frees its key.",
    )
}

fn header(name: &str, schema: MetaSchema, description: &str) -> MetaOperationParam {
    MetaOperationParam {
        name: name.to_owned(),
        schema: MetaSchemaRef::Inline(Box::new(schema)),
        in_type: MetaParamIn::Header,
        description: Some(description.to_owned()),
        required: false,
        deprecated: false,
        explode: true,
        style: None,
    }
}

/// Pairs the parameters of `/cases/:param0` with those of `/cases/{id}`, if these are the same path.
fn parameters(route: &str, template: &str) -> Option<HashMap<String, String>> {
    let (route, template): (Vec<&str>, Vec<&str>) =
        (route.split('/').collect(), template.split('/').collect());
    let mut names = HashMap::new();
    for (part, written) in route.iter().zip(&template) {
        match (part.strip_prefix(':'), written.strip_prefix('{').and_then(|name| name.strip_suffix('}'))) {
            (Some(number), Some(name)) => {
                names.insert(number.to_owned(), name.to_owned());
            }
            _ if part == written => {}
            _ => return None,
        }
    }
    (route.len() == template.len()).then_some(names)
}

fn named(error: Error, names: &HashMap<String, String>) -> Error {
    let (field, reason) = if let Some(error) = error.downcast_ref::<ParseParamError>() {
        (error.name, &error.reason)
    } else if let Some(error) = error.downcast_ref::<ParsePathError>() {
        (names.get(error.name).map_or(error.name, String::as_str), &error.reason)
    } else {
        return error;
    };
    Failure::invalid(field, format!("{field}: {}", plain_reason(reason))).into()
}
