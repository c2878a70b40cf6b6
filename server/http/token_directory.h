#pragma once

#include "server/ledger/slice.h"
#include "shared/domain/caller.h"

#include <array>
#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace holdfast {

using SecretHash = std::array<std::uint8_t, 32>;

/// SHA-256 of a token's text: what is stored and compared, never the text itself.
[[nodiscard]] SecretHash hashSecret(std::string_view secret);

/// 32 random bytes as 43 characters of base64url: short enough to cost little in every request.
[[nodiscard]] std::string makeSecret();

/// All access tokens in memory, for every request. Every function may be called on any thread.
class TokenDirectory
{
public:
    /// With demo, calls without a token act as staff.
    TokenDirectory(std::optional<SecretHash> bootstrap, bool demo);

    /// Counts what commits have changed: to be taken before the whole list is read.
    [[nodiscard]] std::uint64_t generation() const;
    /// Takes a whole list over, as it was read after `generation` was taken. False when a commit
    /// has changed a token since: the list may be from before it and has to be read again.
    [[nodiscard]] bool replace(const std::vector<TokenEntry>& tokens, std::uint64_t generation);
    /// Takes over what a commit has made or revoked.
    void update(const std::unordered_map<std::int64_t, TokenEntry>& tokens);

    /// The caller of an Authorization header (RFC 6750); nothing when it names no valid token. An
    /// empty header is the anonymous caller in demo mode.
    [[nodiscard]] std::optional<Caller> callerOf(std::string_view authorization) const;

private:
    struct HashOfHash
    {
        std::size_t operator()(const SecretHash& hash) const noexcept;
    };
    using Callers = std::unordered_map<SecretHash, Caller, HashOfHash>;

    static void take(Callers& callers, const TokenEntry& token);

    std::optional<SecretHash> m_bootstrap;
    bool m_demo;
    mutable std::shared_mutex m_mutex; ///< for all below
    Callers m_callers;
    std::uint64_t m_generation = 0;
};

} // namespace holdfast
