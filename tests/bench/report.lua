-- What every load prints at its end, in one line that tests/bench/run reads:
-- RESULT requests/s, p50 ms, p99 ms, answers that are no 2xx or 3xx, broken connections.
function done(summary, latency)
    local broken = summary.errors.connect + summary.errors.read + summary.errors.write
        + summary.errors.timeout
    io.write(string.format("RESULT %.1f %.3f %.3f %d %d\n",
        summary.requests / (summary.duration / 1000000), latency:percentile(50) / 1000,
        latency:percentile(99) / 1000, summary.errors.status, broken))
end
