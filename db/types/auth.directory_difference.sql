create type auth.directory_difference as (line integer, action text, user_id text, detail text);

comment on type auth.directory_difference is 'What a line of a file changes in the directory.';
