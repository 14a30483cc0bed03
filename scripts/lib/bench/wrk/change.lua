-- Puts fresh cases on hold, one after the other, and when all that are its own are, takes them up again, and so on:
-- so the version of each is known. See fresh.mjs for their order.
dofile(os.getenv("BENCH_WRK") .. "/report.lua")
local function setting(name) return tonumber(os.getenv("BENCH_" .. name)) end
local first, length, fresh, stride = setting("FIRST"), setting("LENGTH"), setting("FRESH"), setting("STRIDE")
local body = '{"status":"%s","reason":"' .. os.getenv("BENCH_REASON") .. '","version":%d}'
local sent = -1 -- wrk asks for a request once before it begins, and does not send that one

function request()
  local round, place = math.floor(sent / length), sent % length
  local turn = (first + place) * stride % fresh
  local court = turn % 50
  local number = 1000000 + (math.floor(turn / 50) * 2 + 1) * 50 + court
  sent = sent + 1
  return wrk.format("PATCH", "/api/cases/01940000-0000-7000-8000-00000" .. number .. "/status", {
    ["Content-Type"] = "application/json",
    Cookie = "casefile_session=officer." .. court,
  }, body:format(round % 2 == 0 and "ON_HOLD" or "APPLICATION", 1 + round))
end
