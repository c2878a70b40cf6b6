-- The whole sale: hold, order, payment, each with a token and an Idempotency-Key. Ids are the
-- caller's, so nothing needs to be read from answers. Holds are sent in waves, then the orders of
-- the same wave, then the payments: a wave is so many times the connections that what a request
-- builds on has been answered long before.
dofile(os.getenv("BENCH_FOLDER") .. "/report.lua")

local wave = 8 * tonumber(os.getenv("BENCH_CONNECTIONS"))
local run = tonumber(os.getenv("BENCH_RUN_NUMBER"))
local product = os.getenv("BENCH_PRODUCT")
local head = " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. os.getenv("BENCH_TOKEN")
    .. "\r\nContent-Type: application/json\r\nIdempotency-Key: "

local function uuid(kind, number)
    return string.format("%08x-%04x-7000-8000-%012x", run, kind, number)
end

local function post(path, key, body)
    return "POST " .. path .. head .. key .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

local count = -2 -- wrk asks for one request before the run and throws it away

function request()
    count = count + 1
    local step = math.floor(count / wave) % 3
    local number = math.floor(count / (3 * wave)) * wave + count % wave
    if step == 0 then
        local id = uuid(1, number)
        return post("/api/holds", id, '{"id":"' .. id .. '","product_id":' .. product .. ',"qty":1}')
    elseif step == 1 then
        local id = uuid(2, number)
        return post("/api/orders", id, '{"id":"' .. id .. '","hold_id":"' .. uuid(1, number) .. '"}')
    end
    return post("/api/orders/" .. uuid(2, number) .. "/payments", uuid(3, number),
        '{"method":"cash"}')
end
