#pragma once

#include "server/runtime/batch_runner.h"
#include "tests/runtime/runtime_shop.h"
#include "tests/store/shop_file.h"
#include "tests/support/tcp_relay.h"

#include <memory>
#include <string>
#include <vector>

namespace holdfast {

/// A shop on the database server of this run, whose writer reaches it through a relay that can be
/// cut, while the test looks at the database directly.
class LostShop
{
public:
    LostShop();

    /// An empty shop again.
    void empty();

    /// Decides these sentences directly, one by one; they must go well.
    void prepare(const std::vector<std::string>& sentences);

    /// The writer's connection is made anew, so that nothing is left of the last cut.
    void reconnect();

    /// One batch over the relay.
    std::vector<CommandAnswer> run(const std::vector<Envelope>& batch);
    /// The same until nobody is asked to come again.
    std::vector<CommandAnswer> repeat(const std::vector<Envelope>& batch);

    [[nodiscard]] test::TcpRelay& relay() { return m_relay; }
    [[nodiscard]] std::int64_t number(std::string_view sql);
    /// All that a doubled or a lost command would change, as words.
    [[nodiscard]] std::string picture();
    [[nodiscard]] std::string difference() const { return m_shop.difference(); }
    [[nodiscard]] const std::string& lastFailure() const { return m_store->lastFailure(); }

private:
    std::vector<CommandAnswer> decide(LedgerStore& store, const std::vector<Envelope>& batch);

    QString m_url;
    test::TcpRelay m_relay;
    ShopDatabase m_shop;
    std::unique_ptr<sql::Connection> m_reader;
    std::unique_ptr<SqlLedgerStore> m_store;
    Ledger m_ledger{LedgerRules{}};
    SetClock m_clock;
    Witness m_witness;
    BatchCounters m_counters;
};

} // namespace holdfast
