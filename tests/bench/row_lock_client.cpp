#include "tests/bench/row_lock_client.h"

#include <QDateTime>
#include <QSqlError>

namespace holdfast::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 holdLifeMs = 120'000;
constexpr int triesMax = 20;

/// Deadlock or serialisation failure (SQLSTATE 40P01, 40001; MariaDB 1213, 1205), SQLite busy.
bool mayBeRepeated(const QString& code)
{
    static const QStringList codes{u"40P01"_s, u"40001"_s, u"1213"_s, u"1205"_s, u"5"_s, u"6"_s};
    return codes.contains(code);
}

} // namespace

RowLockClient::RowLockClient(const RowLockShop& shop, int number)
    : m_name(u"row-lock-%1"_s.arg(number)), m_connection(shop.connect(m_name)),
      m_begin(shop.isSqlite() ? u"BEGIN IMMEDIATE"_s : u"BEGIN"_s)
{
    // In the order of What. SQLite locks the whole file at the beginning, so a row needs no lock.
    const QString lock = shop.isSqlite() ? QString() : u" FOR UPDATE"_s;
    prepare(u"SELECT answer FROM answers WHERE request=?"_s);
    prepare(u"SELECT on_hand, held FROM products WHERE id=?"_s + lock);
    prepare(u"INSERT INTO holds(request,product,qty,state,expires_at) "
            "VALUES (?,?,1,'active',?)"_s);
    prepare(u"UPDATE products SET held=?, version=version+1 WHERE id=?"_s);
    prepare(u"INSERT INTO answers(request,answer) VALUES (?,?)"_s);
}

RowLockClient::~RowLockClient()
{
    m_statements.clear();
    m_connection = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

void RowLockClient::prepare(const QString& text)
{
    QSqlQuery query(m_connection);
    query.setForwardOnly(true);
    if (m_connection.isOpen() && !query.prepare(text)) {
        m_error = query.lastError().text();
        m_connection.close();
    }
    m_statements.push_back(std::move(query));
}

bool RowLockClient::execute(const QString& text)
{
    QSqlQuery query(m_connection);
    if (!query.exec(text)) {
        m_error = query.lastError().text();
        m_errorCode = query.lastError().nativeErrorCode();
        return false;
    }
    return true;
}

bool RowLockClient::run(What what, const QVariantList& values)
{
    QSqlQuery& query = m_statements.at(what);
    for (qsizetype index = 0; index < values.size(); ++index) {
        query.bindValue(static_cast<int>(index), values.at(index));
    }
    if (!query.exec()) {
        m_error = query.lastError().text();
        m_errorCode = query.lastError().nativeErrorCode();
        return false;
    }
    return true;
}

bool RowLockClient::hold(const std::vector<std::int64_t>& products)
{
    const QString request = u"%1-%2"_s.arg(m_name).arg(++m_requests);
    for (int tries = 0; tries < triesMax; ++tries) {
        if (tryHold(products, request)) {
            return true;
        }
        const QString error = m_error;
        const bool again = mayBeRepeated(m_errorCode);
        if (!execute(u"ROLLBACK"_s) && !m_connection.isOpen()) {
            return false;
        }
        m_error = error;
        if (!again) {
            return false;
        }
        ++m_retries;
    }
    return false;
}

bool RowLockClient::tryHold(const std::vector<std::int64_t>& products, const QString& request)
{
    if (!execute(m_begin) || !run(FindKey, {request})) {
        return false;
    }
    m_statements.at(FindKey).finish();
    for (const std::int64_t product : products) {
        if (!holdOne(product, request)) {
            return false;
        }
    }
    return run(AddKey, {request, u"201 held"_s}) && execute(u"COMMIT"_s);
}

bool RowLockClient::holdOne(std::int64_t product, const QString& request)
{
    QSqlQuery& lock = m_statements.at(Lock);
    const QVariant id(static_cast<qlonglong>(product));
    if (!run(Lock, {id}) || !lock.next()) {
        return false;
    }
    const qlonglong onHand = lock.value(0).toLongLong();
    const qlonglong held = lock.value(1).toLongLong();
    lock.finish();
    if (onHand - held < 1) {
        m_error = u"sold out, which this bench does not mean to measure"_s;
        return false;
    }
    const qint64 end = QDateTime::currentMSecsSinceEpoch() + holdLifeMs;
    return run(AddHold, {request, id, end}) && run(Update, {held + 1, id});
}

} // namespace holdfast::bench
