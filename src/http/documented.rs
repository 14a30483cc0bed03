//! The operations as the framework runs them, with failures that name the parameter at fault.

use std::{collections::HashMap, sync::Arc};

use poem::{
    Endpoint, EndpointExt, Error, Request, Response,
    endpoint::BoxEndpoint,
    http::{Method, StatusCode},
};
use poem_openapi::{
    OpenApi,
    registry::{
        MetaApi, MetaHeader, MetaOperation, MetaOperationParam, MetaParamIn, MetaPath, MetaResponse,
        MetaSchema, MetaSchemaRef, Registry,
    },
};

use super::{
    accept::takes_json,
    auth, idempotency,
    limiters::is_limited,
    parameters::{IGNORED, Parameters},
    probes::is_probe,
    standing,
    types::documented,
};
use crate::{error::Failure, reason::Reason};

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
        for path in &mut paths {
            let is_limited = is_limited(&path.path);
            for operation in &mut path.operations {
                // Any operation refuses a malformed request.
                add_refusal(operation, 400);
                if is_for_programs(operation) {
                    tell_programs(operation);
                }
                if asks_for_json(&path.path, operation) {
                    add_refusal(operation, 406);
                }
                if operation.method == Method::GET {
                    tell_tag(operation);
                }
                if is_limited {
                    tell_limits(operation);
                }
            }
        }
        vec![MetaApi { paths }]
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        let paths: Vec<MetaPath> = Self::meta().into_iter().flat_map(|api| api.paths).collect();
        let mut plain = HashMap::new();
        self.0.add_routes(&mut plain);

        for (route, endpoints) in plain {
            let Some((path, names)) =
                paths.iter().find_map(|path| Some((path, names_in_path(&route, &path.path)?)))
            else {
                continue;
            };
            let wrapped = |(method, endpoint): (Method, BoxEndpoint<'static>)| {
                let operation = path.operations.iter().find(|operation| operation.method == method);
                let asks_for_json = operation.is_some_and(|operation| asks_for_json(&path.path, operation));
                let parameters = Arc::new(Parameters::of(operation, names.clone()));
                let body_type = operation.and_then(body_type);
                let endpoint = endpoint.around(move |endpoint, request| {
                    let parameters = Arc::clone(&parameters);
                    async move {
                        if asks_for_json && !takes_json(request.headers()) {
                            return Err(Failure::from(Reason::NotAcceptable).into());
                        }
                        answer(endpoint, request, parameters, body_type).await
                    }
                });
                (method, endpoint.boxed())
            };
            let endpoints = endpoints.into_iter().map(wrapped).collect();
            routes.insert(route, endpoints);
        }
    }
}

/// Names what is at fault, and the parameters that did not count.
async fn answer(
    endpoint: Arc<BoxEndpoint<'static>>,
    mut request: Request,
    parameters: Arc<Parameters>,
    body_type: Option<&str>,
) -> poem::Result<Response> {
    let query = request.uri().query().map(str::to_owned);
    let query = query.as_deref();
    if query.is_some() {
        request.set_data(Arc::clone(&parameters));
    }
    let outcome = endpoint.call(request).await;
    let outcome = outcome.map_err(|error| name_type(parameters.name(error, query), body_type));
    let Some(ignored) = query.and_then(|query| parameters.ignored(query)) else { return outcome };
    let mut response = outcome.unwrap_or_else(Error::into_response);
    response.headers_mut().insert(IGNORED, ignored);
    Ok(response)
}

fn body_type(operation: &MetaOperation) -> Option<&'static str> {
    Some(operation.request.as_ref()?.content.first()?.content_type)
}

/// Names the type that the body must have.
fn name_type(error: Error, body_type: Option<&str>) -> Error {
    match body_type {
        Some(body_type) if error.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            let message = format!("The body must be {body_type}");
            Failure::new(Reason::UnsupportedMediaType, message).into()
        }
        _ => error,
    }
}

/// And not about the session of a browser.
fn is_for_programs(operation: &MetaOperation) -> bool {
    operation.security.iter().any(|scheme| scheme.contains_key("bearer"))
}

fn takes_key(operation: &MetaOperation) -> bool {
    matches!(operation.method, Method::POST | Method::PATCH)
}

/// Whether a client has to take JSON. A session ends, and a probe is answered, in any case.
fn asks_for_json(path: &str, operation: &MetaOperation) -> bool {
    let ends_session = matches!(path, "/api/auth/logout" | "/api/auth/backchannel-logout");
    gives_json(operation) && !ends_session && !is_probe(path)
}

/// And not a document, which has a type of its own, or a redirection.
fn gives_json(operation: &MetaOperation) -> bool {
    let mut contents = operation
        .responses
        .responses
        .iter()
        .filter(|answer| is_success(answer))
        .flat_map(|answer| &answer.content);
    contents.any(|content| content.content_type.starts_with("application/json"))
}

fn is_success(response: &MetaResponse) -> bool {
    response.status.is_some_and(|status| (200..300).contains(&status))
}

fn tell_programs(operation: &mut MetaOperation) {
    operation.params.push(membership());
    // A token may belong to no known user.
    add_refusal(operation, 403);
    if takes_key(operation) {
        operation.params.push(idempotency_key());
        for response in operation.responses.responses.iter_mut().filter(|response| is_success(response)) {
            let description = "`true`: nothing was done again; this is the first answer to the same request with the same `Idempotency-Key`";
            response.headers.push(told(idempotency::REPLAYED, "true", description));
        }
    }
}

fn add_refusal(operation: &mut MetaOperation, status: u16) {
    let responses = &mut operation.responses.responses;
    if !responses.iter().any(|response| response.status == Some(status)) {
        responses.push(documented(status));
    }
}

const TAG: &str = "\"3.9f86d081884c7d65\"";

/// A tagged answer is not sent twice.
fn tell_tag(operation: &mut MetaOperation) {
    let mut headers = operation.responses.responses.iter().flat_map(|response| &response.headers);
    let Some(tag) = headers.find(|header| header.name.eq_ignore_ascii_case("ETag")) else { return };
    let tag =
        MetaHeader { required: true, ..told("ETag", TAG, tag.description.as_deref().unwrap_or_default()) };
    let schema = MetaSchema { example: Some(TAG.into()), ..MetaSchema::new("string") };
    operation.params.push(header(
        "If-None-Match",
        schema,
        "The `ETag` of what you have already. If it is still the same, the answer is 304, without a body.",
    ));
    operation.responses.responses.push(MetaResponse {
        description: "It has not changed since the `ETag` in `If-None-Match`.",
        status: Some(304),
        status_range: None,
        content: Vec::new(),
        headers: vec![tag],
    });
}

fn tell_limits(operation: &mut MetaOperation) {
    let counted = |response: &&mut MetaResponse| is_success(response) || response.status == Some(429);
    for response in operation.responses.responses.iter_mut().filter(counted) {
        response.headers.extend([
            told(
                standing::POLICY,
                "\"session\";q=1200;w=60",
                "The limits that apply to this request: `q` requests in `w` seconds for this session or this address. Left out if there are none",
            ),
            told(
                standing::LIMIT,
                "\"session\";r=1187;t=1",
                "For each limit: how many requests are left (`r`), and after how many seconds (`t`) all are available again, or, after 429, the next one",
            ),
        ]);
    }
}

fn told(name: &str, example: &str, description: &str) -> MetaHeader {
    let schema = MetaSchema { example: Some(example.into()), ..MetaSchema::new("string") };
    MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: false,
        schema: MetaSchemaRef::Inline(Box::new(schema)),
    }
}

fn membership() -> MetaOperationParam {
    let schema = MetaSchema { format: Some("uuid"), ..MetaSchema::new("string") };
    header(
        auth::MEMBERSHIP,
        schema,
        "With a bearer token: the id of one of the program's roles, if it has several. A session has a role already.",
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
        "Any text that you choose. If you repeat a request with the same key within 24 hours, nothing is done \
             again: the answer is the first one, with the header `Idempotency-Replayed: true`. So you can safely \
             repeat a request whose answer was lost. If you can no longer see the case, the repetition is refused. A \
             refused request frees its key.",
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
