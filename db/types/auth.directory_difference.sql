create type auth.directory_difference as (line integer, action text, user_id text, detail text);

comment on type auth.directory_difference is 'A change that a line of a file makes in the directory.';
