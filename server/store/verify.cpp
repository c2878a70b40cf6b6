#include "server/store/verify.h"

#include <utility>

namespace holdfast {

namespace {

std::string hexOf(const JournalHash& hash)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : hash) {
        text += digits[byte >> 4U];
        text += digits[byte & 0xfU];
    }
    return text;
}

/// Records of the journal that are read at once.
constexpr std::size_t recordsPerPage = 1'000;

/// Walks the journal from its first record; stops looking at the first that does not fit.
class JournalWalk
{
public:
    JournalWalk(VerifyReport& report, JournalFold& fold) : m_report(report), m_fold(fold) {}

    /// False at the end of the journal, and when there is no use in going on.
    bool readPage(sql::Connection& connection)
    {
        std::size_t rows = 0;
        connection
            .statement("SELECT position, at, payload, hash FROM journal WHERE position > ? "
                       "ORDER BY position LIMIT ?")
            .bind(m_report.records)
            .bind(recordsPerPage)
            .each([&](const sql::Statement& row) {
                ++rows;
                step(row);
            });
        return rows == recordsPerPage && m_report.differences.empty() && !connection.error();
    }

private:
    void step(const sql::Statement& row)
    {
        if (!m_report.differences.empty()) {
            return;
        }
        const std::int64_t position = row.integer(0);
        const std::int64_t next = m_report.records + 1;
        if (position != next) {
            differ("journal", "record " + std::to_string(next),
                   "record " + std::to_string(position));
            return;
        }
        const Instant at = row.instant(1);
        const std::string payload = row.text(2);
        const JournalHash hash = journalHash(m_report.headHash, position, at, payload);
        const std::string where = "journal record " + std::to_string(position);
        if (const std::string stored = row.text(3); stored != bytesOf(hash)) {
            differ(where, "the hash " + hexOf(hash), "another");
            return;
        }
        const auto event = decodeEvent(payload);
        if (!event) {
            differ(where, "a known event", payload);
            return;
        }
        if (auto difference = m_fold.add(position, at, *event)) {
            m_report.differences.push_back(std::move(*difference));
        }
        m_report.records = position;
        m_report.headHash = hash;
    }

    void differ(std::string where, std::string expected, std::string found)
    {
        m_report.differences.push_back({std::move(where), std::move(expected), std::move(found)});
    }

    VerifyReport& m_report;
    JournalFold& m_fold;
};

void checkFile(sql::Connection& connection, VerifyReport& report)
{
    if (connection.engine() != sql::Engine::Sqlite) {
        return; // the database looks after its files itself
    }
    connection.statement("PRAGMA quick_check(1)").each([&report](const sql::Statement& row) {
        if (row.text(0) != "ok") {
            report.differences.push_back({"database file", "a sound one", row.text(0)});
        }
    });
}

std::int64_t headOf(sql::Connection& connection)
{
    std::int64_t head = 0;
    connection.statement("SELECT COALESCE(MAX(position), 0) FROM journal")
        .each([&head](const sql::Statement& row) { head = row.integer(0); });
    return head;
}

Result<VerifyReport, std::string> finished(sql::Connection& connection, VerifyReport&& report,
                                           const JournalFold& fold)
{
    report.products = fold.products.size();
    report.holds = fold.holds.size();
    report.orders = fold.orders.size();
    report.payments = fold.payments.size();
    report.refunds = fold.refunds.size();
    if (connection.error()) {
        std::string text = connection.errorText();
        connection.clearError();
        return Failure<std::string>("the database cannot be read: " + text);
    }
    return std::move(report);
}

} // namespace

Result<VerifyReport, std::string> verify(sql::Connection& connection)
{
    VerifyReport report;
    JournalFold fold;
    connection.clearError();
    {
        const sql::Snapshot snapshot(connection);
        checkFile(connection, report);
        JournalWalk walk(report, fold);
        while (report.clean() && walk.readPage(connection)) {
        }
        if (report.clean() && !connection.error()) {
            report.stopped =
                !compareRows(connection, fold, report.differences, 1, [] { return true; });
        }
    }
    return finished(connection, std::move(report), fold);
}

Result<VerifyReport, std::string> reconcile(sql::Connection& connection,
                                            const ReconcileTerms& terms)
{
    VerifyReport report;
    JournalFold fold;
    connection.clearError();
    if (headOf(connection) > limits::reconcileRecordsMax) {
        return Failure<std::string>("the journal is too long to be held in memory beside the sale; "
                                    "use the sub-command verify");
    }
    JournalWalk walk(report, fold);
    while (terms.mayGoOn() && walk.readPage(connection)) {
        terms.rest();
    }
    if (report.clean() && !connection.error() && terms.mayGoOn()) {
        const sql::Snapshot snapshot(connection);
        while (terms.mayGoOn() && walk.readPage(connection)) {
        }
        if (report.clean() && !connection.error()) {
            report.stopped = !compareRows(connection, fold, report.differences,
                                          terms.differencesMax, terms.mayGoOn);
        }
    }
    report.stopped = report.stopped || !terms.mayGoOn();
    return finished(connection, std::move(report), fold);
}

std::string toText(const VerifyReport& report)
{
    std::string text = "journal: " + std::to_string(report.records) + " records";
    if (report.records > 0) {
        text += ", head " + hexOf(report.headHash);
    }
    text += "\nfolded:  " + std::to_string(report.products) + " products, " +
            std::to_string(report.holds) + " holds, " + std::to_string(report.orders) +
            " orders, " + std::to_string(report.payments) + " payments, " +
            std::to_string(report.refunds) + " refunds\n";
    text += report.clean() ? "everything agrees\n"
                           : "first difference: " + toString(report.differences.front()) + '\n';
    return text;
}

} // namespace holdfast
