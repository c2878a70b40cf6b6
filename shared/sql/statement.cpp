#include "shared/sql/connection.h"

#include "shared/domain/assert.h"

#include <QSqlError>
#include <QSqlResult>
#include <QVariant>

#include <algorithm>
#include <utility>

namespace holdfast::sql {

namespace {

/// Elements of array literals, PostgreSQL manual section 8.15.6.
void appendQuoted(std::string& array, std::string_view text)
{
    array += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            array += '\\';
        }
        array += c;
    }
    array += '"';
}

void appendHex(std::string& array, const QByteArray& bytes)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    array += "\"\\\\x";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        array += digits[byte >> 4U];
        array += digits[byte & 0xfU];
    }
    array += '"';
}

/// The list that the drivers read. QSqlQuery::bindValue() would make a text of each position and
/// look it up, which took a sixth of the writer's time.
struct BoundValues : QSqlResult
{
    static QList<QVariant>& of(const QSqlQuery& query)
    {
        using List = QList<QVariant>& (QSqlResult::*)() const; // later Qt has a second one
        return (query.result()->*static_cast<List>(&BoundValues::boundValues))();
    }
};

QByteArray view(const Uuid& id)
{
    return {reinterpret_cast<const char*>(id.bytes.data()),
            static_cast<qsizetype>(id.bytes.size())};
}

} // namespace

Statement::Statement(Connection& connection, std::string_view sql)
    : m_connection(connection), m_query(connection.database())
{
    m_query.setForwardOnly(true);
    if (connection.mayWork()) {
        m_prepared =
            m_query.prepare(QString::fromUtf8(sql.data(), static_cast<qsizetype>(sql.size())));
        noteError();
    }
}

Statement::Statement(Connection& connection)
    : m_connection(connection), m_query(connection.database())
{
    m_query.setForwardOnly(true);
}

Statement& Statement::collect(std::size_t columns)
{
    m_arrays.assign(columns, {});
    m_collected = 0;
    return *this;
}

std::string* Statement::nextElement()
{
    if (m_arrays.empty()) {
        return nullptr;
    }
    std::string& array = m_arrays[m_collected++ % m_arrays.size()];
    array += array.empty() ? '{' : ',';
    return &array;
}

void Statement::bindArrays()
{
    for (std::string& array : std::exchange(m_arrays, {})) {
        array += array.empty() ? "{}" : "}";
        put(QString::fromStdString(array));
    }
}

Statement& Statement::bind(std::int64_t number)
{
    if (std::string* const array = nextElement()) {
        *array += std::to_string(number);
    } else {
        put(static_cast<qlonglong>(number));
    }
    return *this;
}

Statement& Statement::bind(std::string_view text)
{
    if (std::string* const array = nextElement()) {
        appendQuoted(*array, text);
        return *this;
    }
    // A null QString would be bound as NULL.
    put(text.empty() ? QStringLiteral("")
                     : QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
    return *this;
}

Statement& Statement::bind(const QByteArray& bytes)
{
    if (std::string* const array = nextElement()) {
        appendHex(*array, bytes);
    } else {
        put(bytes);
    }
    return *this;
}

Statement& Statement::bind(const Uuid& id)
{
    return bind(view(id));
}

Statement& Statement::bindBytes(std::string_view bytes)
{
    // A null QByteArray would be bound as NULL.
    return bind(bytes.empty() ? QByteArray("", 0)
                              : QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())));
}

Statement& Statement::bindNull()
{
    if (std::string* const array = nextElement()) {
        *array += "NULL";
    } else {
        put({});
    }
    return *this;
}

void Statement::put(QVariant value)
{
    QList<QVariant>& values = BoundValues::of(m_query);
    if (values.size() <= m_bound) {
        values.resize(m_bound + 1);
    }
    values[m_bound++] = std::move(value);
}

bool Statement::run()
{
    bindArrays();
    BoundValues::of(m_query).resize(m_bound);
    m_bound = 0;
    return m_connection.mayWork() && ((m_prepared && m_query.exec()) || refused());
}

bool Statement::runText(std::string_view text)
{
    return m_connection.mayWork() &&
           (m_query.exec(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))) ||
            refused());
}

bool Statement::refused()
{
    // A driver whose connection is gone refuses without an error of its own.
    if (noteError()) {
        m_connection.fail(SqlError::Unavailable, "the connection to the database is gone");
    }
    return false;
}

std::int64_t Statement::affected() const
{
    return m_query.numRowsAffected();
}

bool Statement::noteError()
{
    const QSqlError error = m_query.lastError();
    if (error.type() == QSqlError::NoError) {
        return true;
    }
    const QString text = error.text() + QStringLiteral(" in ") + m_query.lastQuery();
    m_connection.fail(sqlErrorOf(m_connection.engine(), error), text.toStdString());
    return false;
}

std::int64_t Statement::integer(int column) const
{
    return m_query.value(column).toLongLong();
}

QByteArray Statement::bytes(int column) const
{
    return m_query.value(column).toByteArray();
}

std::string Statement::text(int column) const
{
    const QByteArray utf8 = m_query.value(column).toByteArray();
    return {utf8.constData(), static_cast<std::size_t>(utf8.size())};
}

Uuid Statement::uuid(int column) const
{
    const QByteArray raw = bytes(column);
    Uuid id;
    HOLDFAST_ASSERT(raw.size() == static_cast<qsizetype>(id.bytes.size()));
    std::copy(raw.begin(), raw.end(), id.bytes.begin());
    return id;
}

std::optional<Uuid> Statement::maybeUuid(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(uuid(column));
}

std::optional<Instant> Statement::maybeInstant(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(instant(column));
}

std::optional<std::int64_t> Statement::maybeInteger(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

} // namespace holdfast::sql
