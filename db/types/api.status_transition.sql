create type api.status_transition as (from_status text, to_status text, roles text[], reason_required boolean);
