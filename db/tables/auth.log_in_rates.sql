-- Unlogged: losing the counts in a crash matters for a minute, but counting must not wait for a standby.
create unlogged table auth.log_in_rates (
  client text primary key constraint log_in_rates_client_within_limit check (char_length(client) <= 100),
  paid_until timestamptz not null
);

comment on table auth.log_in_rates is 'How many log-ins one network has begun recently, at all servers together.';
comment on column auth.log_in_rates.client is 'The network, as the server states it: an address of IPv4, or a /48 of IPv6.';
comment on column auth.log_in_rates.paid_until is
'Each log-in costs a minute divided by the limit, and may be owed for a minute. Once this has passed, nothing is owed, and auth.sweep removes the row.';

create index log_in_rates_paid_until_idx on auth.log_in_rates (paid_until);
