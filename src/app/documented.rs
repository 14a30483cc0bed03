//! The operations as the framework runs them, with failures that name the parameter at fault.

use std::collections::HashMap;

use poem::{EndpointExt, Error, endpoint::BoxEndpoint, http::Method};
use poem_openapi::{
    OpenApi,
    error::{ParseParamError, ParsePathError},
    registry::{MetaApi, MetaPath, Registry},
};

use crate::{error::Failure, types::plain_reason};

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
