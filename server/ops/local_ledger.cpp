#include "server/ops/local_ledger.h"

#include "server/store/sql_ledger_store.h"

#include <chrono>
#include <thread>
#include <utility>

namespace holdfast {

namespace {

std::string told(bool unknown, const std::string& said)
{
    const std::string what = unknown ? "it is not known whether the database took the change"
                                     : "the database did not take the change";
    return said.empty() ? what : what + ": " + said;
}

} // namespace

LocalLedger::LocalLedger(WritableDatabase database, const LedgerRules& rules)
    : m_ledger(rules), m_store(std::make_unique<SqlLedgerStore>(std::move(database.connection),
                                                                std::move(database.lock))),
      m_runner(m_ledger, *m_store, m_clock, *this, m_counters)
{}

LocalLedger::~LocalLedger() = default;

Result<Outcome, std::string> LocalLedger::run(Command command)
{
    const Envelope envelope{.command = std::move(command),
                            .caller = {.id = {}, .role = Role::Admin, .name = "command line"}};
    auto settled = m_runner.run(std::span(&envelope, 1), [](Duration pause) {
        std::this_thread::sleep_for(std::chrono::milliseconds(pause.ms));
    });
    if (settled.front().failure) {
        return Failure<std::string>(
            told(*settled.front().failure == StoreError::OutcomeUnknown, m_store->lastFailure()));
    }
    return std::move(settled.front().outcome);
}

void LocalLedger::committed(const Slice& /*slice*/, Instant /*now*/) {}

void LocalLedger::foreignWrites() {}

} // namespace holdfast
