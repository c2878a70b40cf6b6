#pragma once

#include "tests/bench/row_lock_shop.h"

#include <QSqlQuery>
#include <QVariantList>

#include <cstdint>
#include <vector>

namespace holdfast::bench {

/// One client with a connection of its own; its statements are prepared once, which is kinder than
/// what frameworks do. One thread.
class RowLockClient
{
public:
    RowLockClient(const RowLockShop& shop, int number);
    ~RowLockClient();
    RowLockClient(const RowLockClient&) = delete;
    RowLockClient& operator=(const RowLockClient&) = delete;

    [[nodiscard]] bool isOpen() const { return m_connection.isOpen(); }

    /// Holds one unit of each product (ascending ids: no two clients wait for each other in a
    /// circle). Repeats after a deadlock or a busy database. False when it failed otherwise.
    [[nodiscard]] bool hold(const std::vector<std::int64_t>& products);

    [[nodiscard]] std::uint64_t retries() const { return m_retries; }
    [[nodiscard]] QString error() const { return m_error; }

private:
    enum What { FindKey, Lock, AddHold, Update, AddKey };

    void prepare(const QString& text);
    [[nodiscard]] bool execute(const QString& text);
    [[nodiscard]] bool run(What what, const QVariantList& values);
    [[nodiscard]] bool tryHold(const std::vector<std::int64_t>& products, const QString& request);
    [[nodiscard]] bool holdOne(std::int64_t product, const QString& request);

    QString m_name;
    QSqlDatabase m_connection;
    std::vector<QSqlQuery> m_statements;
    QString m_begin;
    QString m_error;
    QString m_errorCode;
    std::uint64_t m_requests = 0;
    std::uint64_t m_retries = 0;
};

} // namespace holdfast::bench
