create type auth.log_in as (caller api.caller, redirect_url text, expires_at timestamptz, ends_at timestamptz);
