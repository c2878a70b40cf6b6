-- The plain request of wrk, over and over.
dofile(os.getenv("BENCH_FOLDER") .. "/report.lua")
