create type api.assignment as (
  id uuid, case_id uuid, user_id text, assignment_type text, created_at timestamptz, created_by text
);
