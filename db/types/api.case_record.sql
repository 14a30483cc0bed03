create type api.case_record as (
  id uuid,
  case_number text,
  case_type text,
  status text,
  assigned_court text,
  court_code text,
  created_by text,
  created_at timestamptz,
  updated_at timestamptz,
  version integer,
  applicant_ids text[],
  assigned_judge text,
  organisation_ids text[],
  status_reason text,
  notes text,
  internal_notes text,
  staff_comments text,
  linked_family_court_case_reference text,
  key_dates api.key_dates,
  attention text,
  permissions api.case_permissions,
  redacted boolean
);

comment on type api.case_record is 'A case, as far as the caller may see it; everything else is null.';
