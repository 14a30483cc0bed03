-- migrate:up

-- How often the same access was denied within a minute. No row is written anew for it.
alter table audit.refusals add column times integer not null default 1;

-- migrate:down

alter table audit.refusals drop column times;
