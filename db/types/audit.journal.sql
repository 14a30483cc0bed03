create type audit.journal as enum (
  'auth.directory_changes',
  'audit.reference_changes',
  'audit.restores',
  'audit.anchors',
  'audit.refusals',
  'auth.sign_ins'
);

comment on type audit.journal is
'The tables that audit.seals chains, in the order of sealing. Journals whose writers may delay it come first.';
