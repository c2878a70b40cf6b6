#include "server/store/cursor.h"
#include "server/store/loaders.h"
#include "server/store/where.h"

#include <algorithm>

namespace holdfast {

namespace {

/// An active hold past its deadline counts as expired, whether or not it has been swept.
void addState(Where& where, HoldState state, Instant now)
{
    switch (state) {
    case HoldState::Active:
        where.add("state = 'active' AND expires_at > ?", now);
        break;
    case HoldState::Expired:
        where.add("(state = 'expired' OR (state = 'active' AND expires_at <= ?))", now);
        break;
    case HoldState::Consumed:
    case HoldState::Released:
        where.add("state = ?", std::string(toString(state)));
        break;
    }
}

} // namespace

Queried<std::optional<Hold>> HoldQueries::byId(HoldId id) const
{
    const sql::Snapshot snapshot(m_connection);
    const auto holds = loadHolds(m_connection, std::span(&id, 1));
    return finish(m_connection, holds.empty() ? std::nullopt : std::optional(holds.front()));
}

Queried<Page<Hold>> HoldQueries::list(const HoldFilter& filter, const PageRequest& page,
                                      Instant now) const
{
    Where where;
    if (!page.cursor.empty()) {
        const auto text = decodeCursor(page.cursor);
        const auto before = text ? parseUuid(*text) : std::nullopt;
        if (!before) {
            return Failure<QueryError>(QueryError::BadCursor);
        }
        where.add("id < ?", *before);
    }
    if (filter.state) {
        addState(where, *filter.state, now);
    }
    where.addIf("terminal = ?", filter.terminal);
    where.addIf("owner = ?", filter.owner);
    where.addIf("id IN (SELECT hold_id FROM hold_lines WHERE product_id = ?)", filter.product);
    const sql::Snapshot snapshot(m_connection);
    std::vector<HoldId> ids;
    sql::Statement& select =
        m_connection.statement("SELECT id FROM holds" + where.text() + " ORDER BY id DESC LIMIT ?");
    where.bindTo(select).bind(page.limit + 1).each([&ids](const sql::Statement& row) {
        ids.push_back({row.uuid(0)});
    });
    std::vector<Hold> holds = loadHolds(m_connection, ids);
    std::sort(holds.begin(), holds.end(), [](const Hold& a, const Hold& b) { return b.id < a.id; });
    return finish(m_connection, toPage(std::move(holds), page.limit,
                                       [](const Hold& hold) { return toString(hold.id); }));
}

} // namespace holdfast
