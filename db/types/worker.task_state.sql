create type worker.task_state as (task text, waiting bigint, oldest_seconds double precision);

comment on type worker.task_state is 'How many documents wait for one kind of work, and how long the oldest has waited.';
