-- One case of one court at random; its officer reads it.
dofile(os.getenv("BENCH_WRK") .. "/report.lua")
local court, places = tonumber(os.getenv("BENCH_COURT")), tonumber(os.getenv("BENCH_CASES")) / 50
local headers = { Cookie = os.getenv("BENCH_COOKIE") }

function init() math.randomseed(os.time()) end

function request()
  local number = 1000000 + 50 * math.random(0, places - 1) + court
  return wrk.format("GET", "/api/cases/01940000-0000-7000-8000-00000" .. number, headers)
end
