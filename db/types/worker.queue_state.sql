create type worker.queue_state as (waiting bigint, oldest_seconds double precision);

comment on type worker.queue_state is 'How many documents wait for a worker, and how long the oldest has waited.';
