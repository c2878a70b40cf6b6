#pragma once

#include "server/ops/open_database.h"
#include "server/runtime/batch_runner.h"

#include <memory>
#include <string>

namespace holdfast {

class SqlLedgerStore;

/// Commands of a sub-command of the program, decided in this process: the same ledger, store and
/// journal as the server's. May be used beside a running server, which the lock keeps apart.
class LocalLedger final : private CommitObserver
{
public:
    LocalLedger(WritableDatabase database, const LedgerRules& rules);
    ~LocalLedger() override;

    /// The outcome, or one line about what went wrong with the database.
    [[nodiscard]] Result<Outcome, std::string> run(Command command);

private:
    void committed(const Slice& slice, Instant now) override;
    void foreignWrites() override;

    Ledger m_ledger;
    SystemClock m_clock;
    BatchCounters m_counters;
    std::unique_ptr<SqlLedgerStore> m_store;
    BatchRunner m_runner;
};

} // namespace holdfast
