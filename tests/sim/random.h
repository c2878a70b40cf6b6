#pragma once

#include "shared/domain/ids.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace holdfast::sim {

/// SplitMix64 (Steele, Lea, Flood 2014): a whole run hangs on one number, so that the seed is all
/// that it takes to see it again. The standard's distributions differ between libraries.
class Random
{
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next()
    {
        m_state += 0x9e37'79b9'7f4a'7c15ULL;
        std::uint64_t mixed = m_state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d0'49bb'1331'11ebULL;
        return mixed ^ (mixed >> 31);
    }

    /// 0 to bound − 1.
    std::uint64_t below(std::uint64_t bound) { return ((next() >> 32) * bound) >> 32; }

    std::int64_t between(std::int64_t least, std::int64_t most)
    {
        return least +
               static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
    }

    /// True in so many of ten thousand cases.
    bool chance(int ofTenThousand)
    {
        return ofTenThousand > 0 && below(10'000) < static_cast<std::uint64_t>(ofTenThousand);
    }

    template <class Values>
    auto& pick(Values& values)
    {
        return values[below(values.size())];
    }

    /// The index of a weight, in proportion to it.
    std::size_t weighted(std::span<const int> weights)
    {
        int sum = 0;
        for (const int weight : weights) {
            sum += weight;
        }
        auto left = static_cast<int>(below(static_cast<std::uint64_t>(sum)));
        std::size_t index = 0;
        while (left >= weights[index]) {
            left -= weights[index++];
        }
        return index;
    }

    Uuid uuid()
    {
        Uuid id;
        for (std::size_t half = 0; half < 2; ++half) {
            const std::uint64_t bits = next();
            for (std::size_t byte = 0; byte < 8; ++byte) {
                id.bytes[half * 8 + byte] = static_cast<std::uint8_t>(bits >> (8 * byte));
            }
        }
        return id;
    }

private:
    std::uint64_t m_state;
};

} // namespace holdfast::sim
