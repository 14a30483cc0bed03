create type audit.journal as enum (
  'auth.directory_changes',
  'audit.reference_changes',
  'audit.restores',
  'audit.anchors',
  'audit.refusals',
  'auth.sign_ins'
);

comment on type audit.journal is
'The tables that audit.seals chains, in the order in which they are sealed: those first whose writers may keep it waiting.';
