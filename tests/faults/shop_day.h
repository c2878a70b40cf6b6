#pragma once

#include "server/runtime/batch_runner.h"
#include "server/store/read_pool.h"
#include "server/store/sql_ledger_store.h"
#include "tests/faults/fault_vfs.h"
#include "tests/runtime/runtime_shop.h"

#include <QTemporaryDir>

#include <memory>
#include <string>
#include <vector>

namespace holdfast {

/// The parts of a serving process that touch the database, opened as it opens them: claim,
/// connection, migrations; one writer, one reader.
class Desk
{
public:
    /// Null when the database cannot be opened; `error` then says why, in one line.
    [[nodiscard]] static std::unique_ptr<Desk> open(const std::string& path, const Clock& clock,
                                                    std::string& error);

    [[nodiscard]] std::vector<CommandAnswer> decide(std::span<const Envelope> batch);

    /// Goods, holds, orders and the journal's head as words; "unavailable" when a read failed.
    [[nodiscard]] std::string view(Instant now);

    [[nodiscard]] const std::string& lastFailure() const { return m_store->lastFailure(); }

private:
    Desk(std::unique_ptr<SqlLedgerStore> store, std::unique_ptr<sql::Connection> reading,
         const Clock& clock);

    std::unique_ptr<SqlLedgerStore> m_store;
    std::unique_ptr<sql::Connection> m_reading;
    ShopReader m_reader;
    Ledger m_ledger;
    Witness m_witness;
    BatchCounters m_counters;
    BatchRunner m_runner;
};

/// What goes on after a fault has shown.
enum class Afterwards {
    GoOn,    ///< the storage is well again, the process has never stopped
    Restart, ///< stopped in good order while the storage still fails, then started anew
    Crash    ///< killed: another process finds what the files hold
};

/// A short day of a shop, the same in every run: goods, holds, orders, payments, deadlines, the log
/// written back every few pages. Every command has its key and is repeated with it until it is
/// answered, so that a day with faults must leave exactly what a day without leaves.
class ShopDay
{
public:
    explicit ShopDay(FaultVfs& vfs);

    /// Lives the day while this fault waits for its turn. "" or what went wrong.
    [[nodiscard]] std::string live(const Fault& fault, Afterwards afterwards);

    /// Answers that asked for patience in the last day.
    [[nodiscard]] int failures() const { return m_failures; }

    /// How many operations of a kind a day without faults has.
    [[nodiscard]] int operations(FileOperation kind) const
    {
        return m_operations.at(static_cast<std::size_t>(kind));
    }

private:
    struct Step
    {
        Duration wait = {};
        std::vector<Envelope> batch = {};
    };

    /// What a day without faults looked like after each step.
    struct Truth
    {
        std::vector<std::string> answers;
        std::vector<std::string> views;
        std::string head;
    };

    void addStep(Duration wait, const std::vector<std::string>& sentences);
    void open();
    void take(const Step& step);
    [[nodiscard]] bool tryOnce(const Step& step);
    void afterFailure(const std::vector<CommandAnswer>& answers);
    void checkWords(const std::vector<CommandAnswer>& answers);
    void recover();
    void losePower();
    void look();
    [[nodiscard]] std::string viewAfterFault();
    void close();
    void moveFiles();
    void complain(const std::string& text);
    [[nodiscard]] std::string path() const;
    /// Position and hash of the journal's last record; complains about any damage.
    [[nodiscard]] std::string soundHead();

    FaultVfs& m_vfs;
    std::vector<Step> m_steps;
    Truth m_truth;
    std::array<int, fileOperations> m_operations = {};

    // Of the day that is being lived.
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Desk> m_desk;
    std::unique_ptr<SetClock> m_clock;
    Fault m_fault;
    Afterwards m_afterwards = Afterwards::GoOn;
    bool m_recovered = false;
    int m_failures = 0;
    std::string m_headBefore;
    Truth m_seen;
    std::string m_wrong;
};

} // namespace holdfast
