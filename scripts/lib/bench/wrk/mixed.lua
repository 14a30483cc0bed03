-- Somebody of the roles in BENCH_ROLES at random reads a case of their own. Each line of BENCH_READERS is a role or other
-- name, a session, and a case that it reaches.
dofile(os.getenv("BENCH_WRK") .. "/report.lua")
local readings, roles = {}, {}

function init()
  math.randomseed(os.time())
  for role in os.getenv("BENCH_ROLES"):gmatch("%S+") do
    roles[#roles + 1] = role
    readings[role] = {}
  end
  for line in io.lines(os.getenv("BENCH_READERS")) do
    local role, token, case = line:match("(%S+)\t(%S+)\t(%S+)")
    local of_role = readings[role]
    if of_role then
      of_role[#of_role + 1] = wrk.format("GET", "/api/cases/" .. case, { Cookie = "casefile_session=" .. token })
    end
  end
end

function request()
  local of_role = readings[roles[math.random(#roles)]]
  return of_role[math.random(#of_role)]
end
