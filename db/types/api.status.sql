create type api.status as (value text, is_outcome boolean);
