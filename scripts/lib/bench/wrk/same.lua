-- The same request again and again.
dofile(os.getenv("BENCH_WRK") .. "/report.lua")
wrk.path = os.getenv("BENCH_PATH")
wrk.headers["Cookie"] = os.getenv("BENCH_COOKIE") -- or none
