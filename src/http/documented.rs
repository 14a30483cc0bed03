//! The operations as the framework runs them, with failures that name the parameter at fault.

use std::{collections::HashMap, sync::Arc};

use poem::{Endpoint, EndpointExt, Error, Request, Response, endpoint::BoxEndpoint, http::Method};
use poem_openapi::{
    OpenApi,
    registry::{
        MetaApi, MetaOperation, MetaOperationParam, MetaParamIn, MetaPath, MetaSchema, MetaSchemaRef,
        Registry,
    },
};

use super::{
    auth, idempotency,
    parameters::{IGNORED, Parameters},
    types::documented,
};

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
        let templates: Vec<MetaPath> = T::meta().into_iter().flat_map(|api| api.paths).collect();
        let mut plain = HashMap::new();
        self.0.add_routes(&mut plain);

        for (route, endpoints) in plain {
            let named = |(method, endpoint): (Method, BoxEndpoint<'static>)| {
                let parameters = Arc::new(parameters_of(&templates, &route, &method));
                let endpoint = endpoint
                    .around(move |endpoint, request| answer(endpoint, request, Arc::clone(&parameters)));
                (method, endpoint.boxed())
            };
            let endpoints = endpoints.into_iter().map(named).collect();
            routes.insert(route, endpoints);
        }
    }
}

fn parameters_of(templates: &[MetaPath], route: &str, method: &Method) -> Parameters {
    let fitting = |template: &MetaPath| {
        let path = names_in_path(route, &template.path)?;
        let operation = template.operations.iter().find(|operation| operation.method == *method)?;
        Some(Parameters::of(operation, path))
    };
    templates.iter().find_map(fitting).unwrap_or_default()
}

/// Names the parameters at fault, and those that did not count.
async fn answer(
    endpoint: Arc<BoxEndpoint<'static>>,
    request: Request,
    parameters: Arc<Parameters>,
) -> poem::Result<Response> {
    let query = request.uri().query().map(str::to_owned);
    let query = query.as_deref();
    let outcome = endpoint.call(request).await.map_err(|error| parameters.name(error, query));
    let Some(ignored) = query.and_then(|query| parameters.ignored(query)) else { return outcome };
    let mut response = outcome.unwrap_or_else(Error::into_response);
    response.headers_mut().insert(IGNORED, ignored);
    Ok(response)
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
    let schema = MetaSchema { max_length: Some(idempotency::LONGEST), ..MetaSchema::new("string") };
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
fn names_in_path(route: &str, template: &str) -> Option<HashMap<String, String>> {
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
