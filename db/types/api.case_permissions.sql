create type api.case_permissions as (
  can_edit boolean, can_update_status boolean, can_delete boolean, can_view_audit boolean, valid_transitions text[]
);

comment on type api.case_permissions is 'The caller''s current rights to the case.';
