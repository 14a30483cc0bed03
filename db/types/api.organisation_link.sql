create type api.organisation_link as (
  case_id uuid, organisation_id text, organisation_type text, created_at timestamptz, created_by text
);
