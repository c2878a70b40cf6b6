#pragma once

#include "server/cache/redis_url.h"
#include "shared/domain/instant.h"
#include "shared/domain/result.h"

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct redisContext;
struct redisReply;

namespace holdfast {

/// An answer of Redis, or a part of one. Valid as long as the RedisReply that it is of.
class RedisValue
{
public:
    RedisValue() = default;
    explicit RedisValue(const redisReply* reply) : m_reply(reply) {}

    [[nodiscard]] bool isNil() const;
    [[nodiscard]] std::size_t size() const; ///< of a list; else 0
    [[nodiscard]] RedisValue at(std::size_t index) const;
    [[nodiscard]] std::optional<std::string_view> text() const;
    [[nodiscard]] std::optional<std::int64_t> integer() const;

private:
    const redisReply* m_reply = nullptr;
};

struct RedisReplyFree
{
    void operator()(redisReply* reply) const;
};
using RedisReply = std::unique_ptr<redisReply, RedisReplyFree>;

/// A connection to Redis (RESP2, by hiredis) that blocks for at most its time-out at each answer.
/// One thread at a time. The first error of any kind, also an error that Redis answers with, breaks
/// it for good: what was sent and not answered is unknown then.
class RedisConnection
{
public:
    using Words = std::initializer_list<std::string_view>;

    /// Signed in, the database chosen. The error is one line for people, without the password.
    [[nodiscard]] static Result<std::unique_ptr<RedisConnection>, std::string>
    open(const RedisUrl& url, Duration timeout);

    /// The id of this run of Redis; another one after each restart.
    [[nodiscard]] const std::string& runId() const { return m_runId; }

    /// Sends a command and waits for its answer; null when broken.
    [[nodiscard]] RedisReply call(Words words);

    /// Keeps a command to be sent with the next receive(); for many in one round trip.
    void append(Words words);
    [[nodiscard]] RedisReply receive();

    [[nodiscard]] bool isBroken() const { return !m_trouble.empty(); }
    [[nodiscard]] const std::string& trouble() const { return m_trouble; }

    // For a thread that waits for more than this connection.
    [[nodiscard]] int descriptor() const;
    [[nodiscard]] bool flush();             ///< sends what was appended
    [[nodiscard]] bool readArrived();       ///< reads once; call when the descriptor is readable
    [[nodiscard]] RedisReply takeArrived(); ///< null when no whole answer is there, or broken

private:
    struct ContextFree
    {
        void operator()(redisContext* context) const;
    };

    RedisConnection() = default;
    [[nodiscard]] bool connect(const RedisUrl& url, Duration timeout);
    [[nodiscard]] bool signIn(const RedisUrl& url);
    [[nodiscard]] RedisReply checked(void* reply);
    void noteTrouble();

    std::unique_ptr<redisContext, ContextFree> m_context;
    std::string m_runId;
    std::string m_trouble;
};

} // namespace holdfast
