#pragma once

#include "server/runtime/writer.h"
#include "shared/sql/database_url.h"

#include <QTemporaryDir>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

/// A shop of any size for measuring: filled by plain statements, then worked by the real writer.
namespace holdfast::bench {

struct Filling
{
    std::int64_t products = 1;          ///< ids from 1 …
    std::int64_t stock = 1'000'000'000; ///< … with so many units free each
    std::int64_t holds = 0; ///< active ones of one unit, over all products but the first
    Instant due = {};       ///< of the first of them …
    Duration spread = {};   ///< … and the rest over this time
};

/// On the database server that HOLDFAST_TEST_ENGINE names, or a SQLite file on a real disk.
class LedgerShop
{
public:
    /// False after writing why to standard error.
    [[nodiscard]] bool open(const Filling& filling);

    /// As a value for --database.
    [[nodiscard]] const QString& address() const { return m_address; }
    [[nodiscard]] const sql::DatabaseUrl& url() const { return m_url; }
    [[nodiscard]] std::unique_ptr<LedgerStore> openStore() const;

private:
    QTemporaryDir m_folder;
    QString m_address;
    sql::DatabaseUrl m_url;
};

/// How long after their deadline holds came back.
class LagWatch final : public CommitObserver
{
public:
    void committed(const Slice& slice, Instant now) override;
    void foreignWrites() override {}

    [[nodiscard]] std::vector<std::int64_t> lagsMs() const;

private:
    mutable std::mutex m_mutex;
    std::vector<std::int64_t> m_lagsMs;
};

} // namespace holdfast::bench
