#include "tests/store/lost_shop.h"

#include "tests/support/test_database.h"

#include <QDeadlineTimer>
#include <QTest>

#include <algorithm>
#include <chrono>

namespace holdfast {

namespace {

sql::DatabaseUrl parsed(const QString& url)
{
    const auto result = sql::DatabaseUrl::parse(url.toStdString());
    HOLDFAST_ASSERT(result.has_value());
    return *result;
}

} // namespace

LostShop::LostShop()
    : m_url(test::newDatabaseUrl({})), m_relay(test::databaseServer()->port()),
      m_shop(parsed(m_url)), m_reader(m_shop.openReader())
{
    reconnect();
}

void LostShop::empty()
{
    m_store.reset();
    m_shop.empty();
    HOLDFAST_ASSERT(m_shop.openWriter()->execute("UPDATE shop SET probes = 0"));
    reconnect();
}

void LostShop::reconnect()
{
    m_relay.letIn();
    const auto open = [this] {
        return sql::Connection::open(parsed(m_relay.through(m_url)), sql::Access::ReadWrite);
    };
    // On a loaded machine a database does not always take a connection within its time.
    const QDeadlineTimer deadline(std::chrono::seconds(30));
    auto connection = open();
    while (!connection && !deadline.hasExpired()) {
        connection = open();
    }
    auto lock = sql::WriteLock::open(m_shop.url());
    HOLDFAST_ASSERT(connection.has_value() && lock.has_value());
    m_store = std::make_unique<SqlLedgerStore>(std::move(*connection), std::move(*lock));
}

void LostShop::prepare(const std::vector<std::string>& sentences)
{
    const auto store = m_shop.openStore();
    for (const std::string& sentence : sentences) {
        const auto answers = decide(*store, {envelopeOf(sentence)});
        HOLDFAST_ASSERT(answers.front().status / 100 == 2);
    }
}

std::vector<CommandAnswer> LostShop::run(const std::vector<Envelope>& batch)
{
    return decide(*m_store, batch);
}

std::vector<CommandAnswer> LostShop::repeat(const std::vector<Envelope>& batch)
{
    std::vector<CommandAnswer> answers;
    static_cast<void>(QTest::qWaitFor(
        [&] {
            answers = run(batch);
            return std::none_of(answers.begin(), answers.end(),
                                [](const CommandAnswer& answer) { return answer.status == 503; });
        },
        30'000));
    return answers;
}

std::vector<CommandAnswer> LostShop::decide(LedgerStore& store, const std::vector<Envelope>& batch)
{
    BatchRunner runner(m_ledger, store, m_clock, m_witness, m_counters);
    const auto settled = runner.run(batch, [](Duration /*pause*/) {});
    std::vector<CommandAnswer> answers;
    for (const auto& each : settled) {
        answers.push_back(each.answer);
    }
    return answers;
}

std::int64_t LostShop::number(std::string_view sql)
{
    return numberOf(*m_reader, sql);
}

std::string LostShop::picture()
{
    std::string text;
    for (const char* query :
         {"SELECT SUM(on_hand) FROM stock", "SELECT SUM(held) FROM stock",
          "SELECT SUM(committed) FROM stock", "SELECT COUNT(*) FROM holds",
          "SELECT COUNT(*) FROM orders", "SELECT COALESCE(SUM(paid_minor), 0) FROM orders",
          "SELECT COUNT(*) FROM payments", "SELECT COUNT(*) FROM payment_events",
          "SELECT COUNT(*) FROM answers", "SELECT COUNT(*) FROM journal"}) {
        text += std::to_string(numberOf(*m_reader, query)) + ' ';
    }
    return text;
}

} // namespace holdfast
