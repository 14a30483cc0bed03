create type api.greeting as (message text, caller api.caller);
