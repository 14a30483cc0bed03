-- migrate:up

-- For auth.log_in, which keeps only so many.
create index sessions_user_id_user_role_idx on auth.sessions (user_id, user_role);

-- migrate:down

drop index auth.sessions_user_id_user_role_idx;
