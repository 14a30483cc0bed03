create type api.reference as (
  case_types text[],
  statuses api.status[],
  transitions api.status_transition[],
  roles text[],
  assignment_types text[],
  organisation_types text[],
  document_types api.document_type[],
  file_types api.file_type[]
);
