-- migrate:up transaction:false

create unique index concurrently if not exists cases_id_court_code_key on core.cases (id, court_code);

-- migrate:down transaction:false

drop index concurrently if exists core.cases_id_court_code_key;
