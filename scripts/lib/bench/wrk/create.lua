-- A case in a court at random, of those from BENCH_FIRST_COURT to the last; an officer of it creates it.
dofile(os.getenv("BENCH_WRK") .. "/report.lua")
local first, body = tonumber(os.getenv("BENCH_FIRST_COURT")), os.getenv("BENCH_BODY")

function init() math.randomseed(os.time()) end

function request()
  return wrk.format("POST", "/api/cases", {
    ["Content-Type"] = "application/json",
    Cookie = "casefile_session=officer." .. math.random(first, 49),
  }, body)
end
