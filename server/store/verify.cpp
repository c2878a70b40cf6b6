#include "server/store/verify.h"

#include "server/store/loaders.h"
#include "server/store/verify_rows.h"

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

/// Walks the journal from its first record; stops looking at the first that does not fit.
class JournalWalk
{
public:
    JournalWalk(VerifyReport& report, JournalFold& fold) : m_report(report), m_fold(fold) {}

    void step(const sql::Statement& row)
    {
        if (m_report.difference) {
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
        if (const std::string stored = row.text(3); stored != textOf(hash)) {
            differ(where, "the hash " + hexOf(hash), "another");
            return;
        }
        const auto event = decodeEvent(payload);
        if (!event) {
            differ(where, "a known event", payload);
            return;
        }
        m_report.difference = m_fold.add(position, at, *event);
        m_report.records = position;
        m_report.headHash = hash;
    }

private:
    static std::string textOf(const JournalHash& hash)
    {
        return {reinterpret_cast<const char*>(hash.data()), hash.size()};
    }

    void differ(std::string where, std::string expected, std::string found)
    {
        m_report.difference = {std::move(where), std::move(expected), std::move(found)};
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
            report.difference = Difference{"database file", "a sound one", row.text(0)};
        }
    });
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
        connection.statement("SELECT position, at, payload, hash FROM journal ORDER BY position")
            .each([&walk](const sql::Statement& row) { walk.step(row); });
        if (report.clean() && !connection.error()) {
            report.difference = compareRows(connection, fold);
        }
    }
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
    return report;
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
                           : "first difference: " + toString(*report.difference) + '\n';
    return text;
}

} // namespace holdfast
