//! Tells the store in Azure which trace its requests belong to.

use futures_util::future::BoxFuture;
use object_store::{
    ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
    },
};
use poem::http::HeaderValue;

use crate::trace::{self, TRACEPARENT};

#[derive(Debug, Default)]
pub struct TracedConnector(ReqwestConnector);

#[derive(Debug)]
struct Traced(HttpClient);

impl HttpConnector for TracedConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Traced(self.0.connect(options)?)))
    }
}

impl HttpService for Traced {
    fn call<'own, 'call>(
        &'own self,
        mut request: HttpRequest,
    ) -> BoxFuture<'call, Result<HttpResponse, HttpError>>
    where
        'own: 'call,
        Self: 'call,
    {
        let value = trace::current().and_then(|trace| HeaderValue::try_from(trace.to_string()).ok());
        if let Some(value) = value {
            request.headers_mut().insert(TRACEPARENT, value);
        }
        Box::pin(self.0.execute(request))
    }
}
