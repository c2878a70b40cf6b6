#pragma once

#include "server/runtime/clock.h"

namespace holdfast::sim {

/// Time as nobody in the world can read it.
struct WorldTime
{
    static constexpr std::int64_t startMs = 1'800'000'000'000;

    std::int64_t ms = startMs;

    [[nodiscard]] std::int64_t sinceStartMs() const { return ms - startMs; }
};

/// A server's clock: goes with the world's, but is a little off.
class SimClock final : public Clock
{
public:
    static constexpr std::int64_t offMaxMs = 200;

    SimClock(const WorldTime& world, std::int64_t offMs) : m_world(world), m_offMs(offMs) {}

    [[nodiscard]] Instant now() const override { return {m_world.ms + m_offMs}; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override
    {
        return std::chrono::steady_clock::time_point(std::chrono::milliseconds(m_world.ms));
    }

    void correct(std::int64_t offMs) { m_offMs = offMs; }

private:
    const WorldTime& m_world;
    std::int64_t m_offMs;
};

} // namespace holdfast::sim
