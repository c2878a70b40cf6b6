#include "server/http/token_directory.h"

#include <QByteArray>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "shared/domain/assert.h"

#include <cstring>
#include <mutex>

namespace holdfast {

namespace {

constexpr int secretBytes = 32;

std::string_view bearerToken(std::string_view authorization)
{
    static constexpr std::string_view scheme = "bearer ";
    if (authorization.size() <= scheme.size()) {
        return {};
    }
    for (std::size_t at = 0; at < scheme.size(); ++at) {
        const char c = authorization[at];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != scheme[at]) {
            return {};
        }
    }
    return authorization.substr(scheme.size());
}

} // namespace

SecretHash hashSecret(std::string_view secret)
{
    SecretHash hash{};
    SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), hash.data());
    return hash;
}

std::string makeSecret()
{
    QByteArray bytes(secretBytes, '\0');
    const int made = RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), secretBytes);
    HOLDFAST_ASSERT(made == 1);
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)
        .toStdString();
}

std::size_t TokenDirectory::HashOfHash::operator()(const SecretHash& hash) const noexcept
{
    std::size_t value = 0;
    std::memcpy(&value, hash.data(), sizeof value);
    return value;
}

TokenDirectory::TokenDirectory(std::optional<SecretHash> bootstrap, bool demo)
    : m_bootstrap(bootstrap), m_demo(demo)
{}

void TokenDirectory::take(Callers& callers, const TokenEntry& token)
{
    if (token.revokedAt) {
        callers.erase(token.secretHash);
    } else {
        callers.insert_or_assign(token.secretHash,
                                 Caller{.id = {token.id}, .role = token.role, .name = token.name});
    }
}

std::uint64_t TokenDirectory::generation() const
{
    const std::shared_lock lock(m_mutex);
    return m_generation;
}

bool TokenDirectory::replace(const std::vector<TokenEntry>& tokens, std::uint64_t generation)
{
    const std::lock_guard lock(m_mutex);
    if (generation != m_generation) {
        return false;
    }
    m_callers.clear();
    for (const TokenEntry& token : tokens) {
        take(m_callers, token);
    }
    return true;
}

void TokenDirectory::update(const std::unordered_map<std::int64_t, TokenEntry>& tokens)
{
    if (tokens.empty()) {
        return;
    }
    const std::lock_guard lock(m_mutex);
    ++m_generation;
    for (const auto& [id, token] : tokens) {
        take(m_callers, token);
    }
}

std::optional<Caller> TokenDirectory::callerOf(std::string_view authorization) const
{
    if (authorization.empty() && m_demo) {
        return Caller{.id = anonymousCaller, .role = Role::Manager, .name = "demo"};
    }
    const std::string_view secret = bearerToken(authorization);
    if (secret.empty()) {
        return std::nullopt;
    }
    const SecretHash hash = hashSecret(secret);
    if (m_bootstrap && CRYPTO_memcmp(hash.data(), m_bootstrap->data(), hash.size()) == 0) {
        return Caller{.id = bootstrapCaller, .role = Role::Admin, .name = "bootstrap"};
    }
    // Looking up by the hash leaks nothing useful: its bytes cannot be chosen by the caller.
    const std::shared_lock lock(m_mutex);
    const auto at = m_callers.find(hash);
    return at == m_callers.end() ? std::nullopt : std::optional(at->second);
}

} // namespace holdfast
