create table core.file_types (
  extension text primary key constraint file_types_extension_is_lower_case check (extension = lower(extension)),
  mime_type text not null,
  is_readable boolean not null,
  size_limit bigint not null default 20971520
);

comment on table core.file_types is 'The allowed files, by the extension of their name; the content must have the same type.';
comment on column core.file_types.is_readable is 'Whether the worker can read text from it (OCR).';
comment on column core.file_types.size_limit is 'In bytes.';
