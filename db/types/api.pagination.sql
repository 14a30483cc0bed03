create type api.pagination as (
  total bigint, page integer, page_size integer, total_pages bigint, next_cursor text, total_is_minimum boolean
);
