#include "server/store/cursor.h"
#include "server/store/journal_codec.h"
#include "server/store/loaders.h"

namespace holdfast {

namespace {

constexpr std::string_view columns =
    "SELECT id, name, role, secret_hash, created_at, revoked_at FROM tokens";

} // namespace

Queried<std::optional<TokenEntry>>
TokenQueries::bySecretHash(const std::array<std::uint8_t, 32>& hash) const
{
    const sql::Snapshot snapshot(m_connection);
    std::optional<TokenEntry> token;
    m_connection.statement(std::string(columns) + " WHERE secret_hash = ?")
        .bindBytes(bytesOf(hash))
        .each([&token](const sql::Statement& row) { token = readToken(row); });
    return finish(m_connection, std::move(token));
}

Queried<std::vector<TokenEntry>> TokenQueries::all() const
{
    const sql::Snapshot snapshot(m_connection);
    std::vector<TokenEntry> tokens;
    m_connection.statement(std::string(columns) + " ORDER BY id")
        .each([&tokens](const sql::Statement& row) { tokens.push_back(readToken(row)); });
    return finish(m_connection, std::move(tokens));
}

} // namespace holdfast
