#pragma once

#include "shared/domain/event.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The journal's records. A payload is one compact JSON object; only the fields that an event uses
/// are written. The chain: hash = SHA-256(hash of the record before ‖ position ‖ at ‖ payload),
/// numbers as 8 bytes, most significant first; the first record follows 32 zero bytes.
namespace holdfast {

using JournalHash = std::array<std::uint8_t, 32>;

/// As columns take it: a hash of a record, a request or a token.
template <std::size_t size>
[[nodiscard]] std::string_view bytesOf(const std::array<std::uint8_t, size>& hash)
{
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

[[nodiscard]] std::string encodeEvent(const Event& event);

/// Nothing when the payload is not one of ours.
[[nodiscard]] std::optional<Event> decodeEvent(std::string_view payload);

[[nodiscard]] JournalHash journalHash(const JournalHash& before, std::int64_t position, Instant at,
                                      std::string_view payload);

/// What a place in the journal carries of the hash of its record.
[[nodiscard]] std::uint32_t journalMark(const JournalHash& hash);

} // namespace holdfast
