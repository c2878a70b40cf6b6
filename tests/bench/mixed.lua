-- Nine reads of any of BENCH_PRODUCTS products, then a hold of one unit of one of them.
dofile(os.getenv("BENCH_FOLDER") .. "/report.lua")

local products = tonumber(os.getenv("BENCH_PRODUCTS"))
local head = "POST /api/holds HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
    .. os.getenv("BENCH_TOKEN") .. "\r\nContent-Type: application/json\r\nIdempotency-Key: "
    .. os.getenv("BENCH_RUN") .. "-"
local count = 0

function request()
    count = count + 1
    local product = math.random(products)
    if count % 10 > 0 then
        return "GET /api/products/" .. product .. " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    end
    local body = '{"product_id":' .. product .. ',"qty":1}'
    return head .. count .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end
