//! The answers of every address beside its operations: OPTIONS, and 405 to a method that it does not take. (HEAD is
//! answered like GET wherever that is: see `representation`.)

use poem::{
    Response,
    http::{HeaderValue, Method, StatusCode, header},
};
use poem_openapi::registry::MetaApi;

/// Addresses beside the operations are read-only.
const READ_ONLY: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// The methods of each path.
pub struct Methods(Vec<(String, HeaderValue)>);

impl Methods {
    pub fn of(apis: &[MetaApi]) -> Self {
        let paths = apis.iter().flat_map(|api| &api.paths);
        let methods = paths.filter_map(|path| {
            let own = path.operations.iter().map(|operation| &operation.method);
            Some((path.path.clone(), allow(own.collect())?))
        });
        Self(methods.collect())
    }

    /// If the path does not take the method, says which it takes.
    pub fn tell(&self, method: &Method, path: &str, mut response: Response) -> Response {
        if response.status() != StatusCode::METHOD_NOT_ALLOWED {
            return response;
        }
        if method == Method::OPTIONS {
            response = StatusCode::NO_CONTENT.into();
        }
        let found = self.0.iter().find(|(template, _)| is_at(template, path));
        let allowed = found.map_or(READ_ONLY, |(_, allowed)| allowed.clone());
        response.headers_mut().insert(header::ALLOW, allowed);
        response
    }
}

/// HEAD comes with GET, and OPTIONS always.
fn allow(own: Vec<&Method>) -> Option<HeaderValue> {
    let head = own.contains(&&Method::GET).then_some(&Method::HEAD);
    let methods: Vec<_> = own.into_iter().chain(head).chain([&Method::OPTIONS]).map(Method::as_str).collect();
    HeaderValue::from_str(&methods.join(", ")).ok()
}

/// Whether a path is that of the template `/api/cases/{id}`.
fn is_at(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted.starts_with('{') || wanted == given => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_that_of_a_template_in_all_its_parts() {
        for (path, is_there) in [
            ("/api/cases/7", true),
            ("/api/cases/a%2Fb", true),
            ("/api/cases", false),
            ("/api/cases/7/status", false),
            ("/api/Cases/7", false),
        ] {
            assert_eq!(is_at("/api/cases/{id}", path), is_there, "{path}");
        }
    }

    #[test]
    fn head_comes_with_get() {
        assert_eq!(allow(vec![&Method::GET, &Method::POST]).unwrap(), "GET, POST, HEAD, OPTIONS");
        assert_eq!(allow(vec![&Method::DELETE]).unwrap(), "DELETE, OPTIONS");
    }
}
