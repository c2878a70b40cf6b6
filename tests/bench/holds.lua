-- POST /api/holds of one unit of one product, with a token and a fresh Idempotency-Key each time.
dofile(os.getenv("BENCH_FOLDER") .. "/report.lua")

local body = '{"product_id":' .. os.getenv("BENCH_PRODUCT") .. ',"qty":1}'
local head = "POST /api/holds HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
    .. os.getenv("BENCH_TOKEN") .. "\r\nContent-Type: application/json\r\nContent-Length: "
    .. #body .. "\r\nIdempotency-Key: " .. os.getenv("BENCH_RUN") .. "-"
local tail = "\r\n\r\n" .. body
local count = 0

function request()
    count = count + 1
    return head .. count .. tail
end
