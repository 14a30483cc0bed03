create type auth.restore as (
  is_new boolean,
  store_id uuid,
  last_entry_id bigint,
  sessions_ended integer,
  keys_ended integer,
  number_gap integer,
  series_moved integer
);

comment on type auth.restore is 'The result of auth.after_restore. is_new is false if it had been done before, and nothing has happened since.';
