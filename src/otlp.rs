//! Spans to a collector, in builds with the feature `otlp`: one for each request, a child of the step that sent it.
//! OpenTelemetry's variables name the collector (`OTEL_EXPORTER_OTLP_ENDPOINT`).

use std::time::Duration;

use opentelemetry::{
    Context, KeyValue,
    global::{self, BoxedSpan},
    trace::{Span as _, SpanContext, SpanKind, Status, TraceContextExt, TraceFlags, TraceState, Tracer},
};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};

use crate::{process::milliseconds, trace::Trace};

const NAME: &str = env!("CARGO_PKG_NAME");

/// Sends spans until it is shut down.
pub fn start() -> Result<SdkTracerProvider, String> {
    let exporter = SpanExporter::builder().with_http().build();
    let exporter = exporter.map_err(|error| {
        format!("Spans cannot be sent: {error}. Correct the variables OTEL_EXPORTER_OTLP_...")
    })?;
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder().with_service_name(NAME).with_attribute(version).build();
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
    global::set_tracer_provider(provider.clone());
    Ok(provider)
}

/// The span of a request, and the trace for the services that it calls.
pub fn begin(sender: Option<&Trace>) -> (BoxedSpan, Option<Trace>) {
    let tracer = global::tracer(NAME);
    let builder = tracer.span_builder("request").with_kind(SpanKind::Server);
    let parent = sender.and_then(context_of).unwrap_or_default();
    let span = builder.start_with_context(&tracer, &parent);
    let own = span.span_context();
    let trace = Trace::of(own.trace_id(), own.span_id(), own.trace_flags().to_u8());
    // Without a collector's address, a mistake would go unnoticed.
    let trace = if own.is_valid() { Some(trace) } else { sender.cloned() };
    (span, trace)
}

fn context_of(sender: &Trace) -> Option<Context> {
    let (trace, span) = (u128::from_str_radix(sender.id(), 16), u64::from_str_radix(sender.span(), 16));
    let flags = TraceFlags::default().with_sampled(sender.is_sampled());
    let remote = SpanContext::new(trace.ok()?.into(), span.ok()?.into(), flags, true, TraceState::default());
    Some(Context::new().with_remote_span_context(remote))
}

pub fn end(mut span: BoxedSpan, operation: &'static str, status: u16, database: Duration) {
    span.update_name(operation);
    span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
    span.set_attribute(KeyValue::new("casefile.database_ms", milliseconds(database)));
    if status >= 500 {
        span.set_status(Status::error(""));
    }
    span.end();
}
