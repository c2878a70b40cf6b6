#include "server/cache/redis_scripts.h"

namespace holdfast::redis {

// A key of another type than ours makes HMGET and GET fail: as if there was nothing.
const std::string_view findScript = R"lua(
local state = redis.pcall('HMGET', KEYS[1], 'e', 'g')
if state.err or not state[1] or #state[1] ~= 32 or not state[2] then return false end
local value = redis.pcall('GET', KEYS[2])
if type(value) == 'string' and string.sub(value, 1, 32) == state[1] then
  value = string.sub(value, 33)
else
  value = false
end
return {state[1], state[2], value}
)lua";

const std::string_view writeScript = R"lua(
local kind, epoch, generation, id = ARGV[1], ARGV[2], ARGV[3], ARGV[6]
local version, stock = tonumber(ARGV[4]), tonumber(ARGV[5])
local state = redis.pcall('HMGET', KEYS[1], 'e', 'g', id)
if state.err or not state[1] or #state[1] ~= 32 or not state[2] then return {'lost', '', ''} end
local function answer(what) return {what, state[1], state[2]} end
local function isNewer(text)
  local a, b = string.match(text or '', '^(%d+)%.(%d+)')
  a, b = tonumber(a), tonumber(b)
  return a and b and (a > version or (a == version and b > stock))
end

local versions = ARGV[4] .. '.' .. ARGV[5]
local judged = epoch == state[1] and generation == state[2]
local committed = kind == 'c'
if isNewer(state[3]) then return answer('stale') end
if committed then
  redis.call('HSET', KEYS[1], id, versions)
  if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[9]) then
    local life = redis.call('PTTL', KEYS[1])
    redis.call('DEL', KEYS[1])
    redis.call('HSET', KEYS[1], 'e', state[1], 'g', tostring((tonumber(state[2]) or 0) + 1))
    if life > 0 then redis.call('PEXPIRE', KEYS[1], life) end
  end
end
if not judged then
  if not committed then return answer('stale') end
  redis.call('DEL', KEYS[2])
  return answer('removed')
end
local old = redis.pcall('GET', KEYS[2])
if type(old) == 'string' and string.sub(old, 1, 32) == state[1] then
  local there = string.sub(old, 33)
  if isNewer(there) then return answer('stale') end
  -- The committing server and every follower bring the same: once is enough.
  if string.sub(there, 1, #versions + 1) == versions .. ' ' then return answer('kept') end
end
redis.call('SET', KEYS[2], state[1] .. versions .. ' ' .. ARGV[7], 'PX', ARGV[8])
return answer('kept')
)lua";

const std::string_view raiseScript = R"lua(
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'e', ARGV[1], 'g', '0')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
)lua";

namespace {

bool loadOne(RedisConnection& connection, std::string_view text, std::string& name)
{
    const RedisReply reply = connection.call({"SCRIPT", "LOAD", text});
    name = RedisValue(reply.get()).text().value_or("");
    return !name.empty();
}

} // namespace

Keys::Keys(const Uuid& shop)
{
    // The braces keep the keys of a shop together where Redis is a cluster.
    const std::string prefix = "holdfast:{" + toString(shop) + "}:";
    state = prefix + "state";
    values = prefix + "p:";
    channel = prefix + "changes";
}

std::string Keys::value(ProductId id) const
{
    return values + std::to_string(id.value);
}

bool Scripts::load(RedisConnection& connection)
{
    return loadOne(connection, findScript, find) && loadOne(connection, writeScript, write) &&
           loadOne(connection, raiseScript, raise);
}

std::string hexOf(const Uuid& id)
{
    std::string text = toString(id);
    std::erase(text, '-');
    return text;
}

std::string versionsOf(const ProductView& view)
{
    return std::to_string(view.product.version) + '.' + std::to_string(view.stockVersion);
}

} // namespace holdfast::redis
