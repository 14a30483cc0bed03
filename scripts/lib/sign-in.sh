# The identity provider of scripts/dev --oidc: started, known to the directory, found again, stopped.
# shellcheck shell=bash

issuer() { say "http://127.0.0.1:$(cat "$STATE/oidc.port")"; }

# The previous port, unless another program has it now. Then the demonstration's users move to the new one.
choose_issuer() {
  local port
  port=$(cat "$STATE/oidc.port" 2>/dev/null || free_port)
  if (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then port=$(free_port); fi
  say "$port" >"$STATE/oidc.port"
  superuser_sql "select auth.change_user(user_id, '$(issuer)', null, null, null) from auth.users
    where issuer like 'http://127.0.0.1:%' and issuer <> '$(issuer)'" "$DATABASE" >/dev/null
}

# start_provider PORT_OF_THE_SERVER
start_provider() {
  install_npm "$SCRIPTS/oidc"
  node "$PROVIDER" "$(cat "$STATE/oidc.port")" "$(redirect_url "$1")" >"$STATE/provider.log" 2>&1 &
  say "$!" >"$STATE/provider.pid"
  await_program provider grep --quiet '^ready' "$STATE/provider.log"
}

redirect_url() { say "http://127.0.0.1:$1/api/auth/callback"; }

# sign_in_settings PORT_OF_THE_SERVER
sign_in_settings() {
  say AUTH_MODE=oidc "OIDC_ISSUER=$(issuer)" OIDC_CLIENT_ID=casefile OIDC_CLIENT_SECRET=casefile-demonstration \
    "OIDC_REDIRECT_URL=$(redirect_url "$1")" "OIDC_LOGGED_OUT_URL=http://127.0.0.1:$1/docs" OIDC_AUDIENCE=https://casefile.example/api
}

# greet_users URL_OF_THE_SERVER
greet_users() {
  say "  Sign in        $1/api/auth/login?returnUrl=/docs" \
    "                 at a provider on this machine that takes any password, as one of" \
    "$(superuser_sql "select format('                   %-15s %s', d.user_id,
      string_agg(concat_ws(', ', d.user_role, d.court, d.organisation_id), '; ' order by d.court))
      from auth.list_directory() as d where d.issuer = '$(issuer)' and d.user_id <> 'case.robot' group by d.user_id order by d.user_id" "$DATABASE")" \
    "  As a program   token=\$(curl -s -u case.robot:robot-demonstration $(issuer)/token \\" \
    "                   -d grant_type=client_credentials -d scope=cases | sed -E 's/.*\"access_token\":\"([^\"]+)\".*/\\1/')" \
    "                 curl -w '\\n' -H \"Authorization: Bearer \$token\" $1/api/cases"
}
