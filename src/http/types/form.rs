//! A form with files.

use std::marker::PhantomData;

use poem::{Body, Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};

use crate::{
    documents::{Fields, is_form, malformed, read_form},
    error::Failure,
    http::time_limit::TimeLimit,
    reason::Reason,
    values::{DocumentTypes, Text},
};

/// The contents of a form.
pub trait FormFields: 'static {
    /// The name of the parts that are files, and how many there may be.
    const FILES: (&'static str, usize);
    const TEXTS: &'static [&'static str];

    fn schema() -> MetaSchema;
}

/// An unread body of the type multipart/form-data.
pub struct Form<F> {
    body: Body,
    boundary: String,
    fields: PhantomData<fn() -> F>,
}

impl<F: FormFields> Form<F> {
    pub async fn read(self) -> Result<Fields, Failure> {
        read_form(self.body, &self.boundary, F::FILES, F::TEXTS).await
    }
}

impl<'a, F: FormFields> ApiExtractor<'a> for Form<F> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        Text::<DocumentTypes>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let schema = MetaSchemaRef::Inline(Box::new(F::schema()));
        let content = MetaMediaType { content_type: "multipart/form-data", schema };
        Some(MetaRequest { description: None, content: vec![content], required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let boundary = multer::parse_boundary(request.content_type().unwrap_or_default()).map_err(|_| {
            if is_form(request) {
                return malformed();
            }
            Reason::UnsupportedMediaType.into()
        })?;
        if let Some(limit) = request.data::<TimeLimit>() {
            limit.lift();
        }
        Ok(Self { body: body.take()?, boundary, fields: PhantomData })
    }
}
