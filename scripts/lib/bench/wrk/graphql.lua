-- A query of PostGraphile, for one case of one court at random if it names CASE.
dofile(os.getenv("BENCH_WRK") .. "/report.lua")
local body, court, places = os.getenv("BENCH_BODY"), tonumber(os.getenv("BENCH_COURT")), tonumber(os.getenv("BENCH_CASES")) / 50
local headers = { ["Content-Type"] = "application/json" }

function init() math.randomseed(os.time()) end

function request()
  local id = "01940000-0000-7000-8000-00000" .. 1000000 + 50 * math.random(0, places - 1) + court
  return wrk.format("POST", "/graphql", headers, (body:gsub("CASE", id)))
end
