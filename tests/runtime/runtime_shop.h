#pragma once

#include "server/runtime/batch_runner.h"
#include "shared/domain/assert.h"
#include "tests/ledger/memory_store.h"
#include "tests/ledger/story_shop.h"

#include <atomic>

namespace holdfast {

/// Time that only moves when told, for every thread.
class SetClock final : public Clock
{
public:
    [[nodiscard]] Instant now() const override { return {m_ms.load()}; }
    void pass(Duration time) { m_ms += time.ms; }

private:
    std::atomic<std::int64_t> m_ms{1'800'000'000'000};
};

/// Remembers what it was told.
class Witness final : public CommitObserver
{
public:
    void committed(const Slice& slice, Instant /*now*/) override
    {
        ++commits;
        events += slice.events.size();
    }
    void foreignWrites() override { ++foreign; }

    std::atomic<int> commits{0};
    std::atomic<int> foreign{0};
    std::atomic<std::size_t> events{0};
};

/// A sentence of the stories ("place a 1x2") as a till would send it.
inline Envelope envelopeOf(const std::string& sentence)
{
    return {.command = commandOf(Sentence::parse(sentence)),
            .caller = {.id = {1}, .role = Role::Manager, .name = "till 1"},
            .requestId = sentence};
}

inline RequestHash hashOfByte(std::uint8_t byte)
{
    RequestHash hash{};
    hash[0] = byte;
    return hash;
}

/// … with an Idempotency-Key; `content` stands for what the body was.
inline Envelope keyed(const std::string& sentence, const std::string& key, std::uint8_t content = 1,
                      std::int64_t scope = 1)
{
    Envelope envelope = envelopeOf(sentence);
    envelope.claims.push_back(
        {{AnswerKey::Kind::Header, CallerId{scope}, key}, hashOfByte(content)});
    return envelope;
}

} // namespace holdfast
