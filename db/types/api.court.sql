create type api.court as (code text, name text, region text);
