#include "server/cache/redis_connection.h"

#include <array>
#include <csignal>
#include <vector>

#include <hiredis/hiredis.h>

namespace holdfast {

namespace {

timeval timevalOf(Duration time)
{
    return {time.ms / 1000, time.ms % 1000 * 1000};
}

/// hiredis writes to sockets that the other side may have closed. Blocked in this thread, the
/// signal stays without effect, and the write fails with EPIPE.
void blockPipeSignal()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

/// The value of "run_id:" in the answer to INFO server.
std::string runIdIn(std::string_view info)
{
    constexpr std::string_view key = "run_id:";
    const std::size_t start = info.find(key);
    if (start == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = info.substr(start + key.size());
    return std::string(rest.substr(0, rest.find_first_of("\r\n")));
}

} // namespace

bool RedisValue::isNil() const
{
    return m_reply == nullptr || m_reply->type == REDIS_REPLY_NIL;
}

std::size_t RedisValue::size() const
{
    return m_reply != nullptr && m_reply->type == REDIS_REPLY_ARRAY ? m_reply->elements : 0;
}

RedisValue RedisValue::at(std::size_t index) const
{
    return index < size() ? RedisValue(m_reply->element[index]) : RedisValue();
}

std::optional<std::string_view> RedisValue::text() const
{
    if (m_reply == nullptr ||
        (m_reply->type != REDIS_REPLY_STRING && m_reply->type != REDIS_REPLY_STATUS)) {
        return std::nullopt;
    }
    return std::string_view(m_reply->str, static_cast<std::size_t>(m_reply->len));
}

std::optional<std::int64_t> RedisValue::integer() const
{
    return m_reply != nullptr && m_reply->type == REDIS_REPLY_INTEGER
               ? std::optional<std::int64_t>(m_reply->integer)
               : std::nullopt;
}

void RedisReplyFree::operator()(redisReply* reply) const
{
    freeReplyObject(reply);
}

void RedisConnection::ContextFree::operator()(redisContext* context) const
{
    redisFree(context);
}

Result<std::unique_ptr<RedisConnection>, std::string> RedisConnection::open(const RedisUrl& url,
                                                                            Duration timeout)
{
    blockPipeSignal();
    std::unique_ptr<RedisConnection> connection(new RedisConnection);
    if (!connection->connect(url, timeout) || !connection->signIn(url)) {
        return Failure<std::string>("Redis at " + url.host + ":" + std::to_string(url.port) + ": " +
                                    connection->trouble());
    }
    return connection;
}

bool RedisConnection::connect(const RedisUrl& url, Duration timeout)
{
    m_context.reset(redisConnectWithTimeout(url.host.c_str(), url.port, timevalOf(timeout)));
    if (m_context == nullptr || m_context->err != 0) {
        noteTrouble();
        return false;
    }
    redisSetTimeout(m_context.get(), timevalOf(timeout));
    redisEnableKeepAlive(m_context.get());
    return true;
}

bool RedisConnection::signIn(const RedisUrl& url)
{
    if (!url.password.empty()) {
        const bool signedIn = url.user.empty() ? call({"AUTH", url.password}) != nullptr
                                               : call({"AUTH", url.user, url.password}) != nullptr;
        if (!signedIn) {
            return false;
        }
    }
    if (url.database != 0 && call({"SELECT", std::to_string(url.database)}) == nullptr) {
        return false;
    }
    const RedisReply info = call({"INFO", "server"});
    m_runId = runIdIn(RedisValue(info.get()).text().value_or(""));
    if (m_runId.empty() && m_trouble.empty()) {
        m_trouble = "does not say its run_id";
    }
    return m_trouble.empty();
}

void RedisConnection::noteTrouble()
{
    if (m_trouble.empty()) {
        m_trouble = m_context == nullptr        ? "no memory"
                    : m_context->errstr[0] != 0 ? m_context->errstr
                                                : "does not answer";
    }
}

RedisReply RedisConnection::checked(void* reply)
{
    RedisReply owned(static_cast<redisReply*>(reply));
    if (owned != nullptr && owned->type == REDIS_REPLY_ERROR) {
        if (m_trouble.empty()) {
            m_trouble.assign(owned->str, static_cast<std::size_t>(owned->len));
        }
        return nullptr;
    }
    return owned;
}

RedisReply RedisConnection::call(Words words)
{
    append(words);
    return receive();
}

void RedisConnection::append(Words words)
{
    if (isBroken()) {
        return;
    }
    constexpr std::size_t usualCount = 16;
    std::vector<const char*> starts;
    std::vector<std::size_t> sizes;
    starts.reserve(usualCount);
    sizes.reserve(usualCount);
    for (const std::string_view word : words) {
        starts.push_back(word.data() == nullptr ? "" : word.data());
        sizes.push_back(word.size());
    }
    const int count = static_cast<int>(starts.size());
    if (redisAppendCommandArgv(m_context.get(), count, starts.data(), sizes.data()) != REDIS_OK) {
        noteTrouble();
    }
}

RedisReply RedisConnection::receive()
{
    void* reply = nullptr;
    if (isBroken() || redisGetReply(m_context.get(), &reply) != REDIS_OK) {
        noteTrouble();
        return nullptr;
    }
    return checked(reply);
}

int RedisConnection::descriptor() const
{
    return m_context->fd;
}

bool RedisConnection::flush()
{
    int done = 0;
    while (!isBroken() && done == 0) {
        if (redisBufferWrite(m_context.get(), &done) != REDIS_OK) {
            noteTrouble();
        }
    }
    return !isBroken();
}

bool RedisConnection::readArrived()
{
    if (!isBroken() && redisBufferRead(m_context.get()) != REDIS_OK) {
        noteTrouble();
    }
    return !isBroken();
}

RedisReply RedisConnection::takeArrived()
{
    void* reply = nullptr;
    if (isBroken()) {
        return nullptr;
    }
    if (redisGetReplyFromReader(m_context.get(), &reply) != REDIS_OK) {
        noteTrouble();
        return nullptr;
    }
    return checked(reply);
}

} // namespace holdfast
