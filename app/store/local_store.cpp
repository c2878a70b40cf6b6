#include "app/store/local_store.h"

#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>

#include <array>

namespace holdfast {

using namespace Qt::StringLiterals;

namespace {

constexpr int schemaVersion = 1;
constexpr int closedSalesKept = 500;

const std::array schema{
    u"CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"_s,
    u"CREATE TABLE product (id INTEGER PRIMARY KEY, sku TEXT NOT NULL, name TEXT NOT NULL,"
    " brand TEXT NOT NULL, quantity_text TEXT NOT NULL, category TEXT NOT NULL,"
    " barcodes TEXT NOT NULL, image TEXT NOT NULL, price_minor INTEGER NOT NULL,"
    " currency TEXT NOT NULL, tax_rate_bp INTEGER NOT NULL, favourite_rank INTEGER NOT NULL,"
    " on_hand INTEGER NOT NULL, held INTEGER NOT NULL, committed INTEGER NOT NULL,"
    " available INTEGER NOT NULL, version INTEGER NOT NULL)"_s,
    u"CREATE TABLE sale (sale_id TEXT PRIMARY KEY, number INTEGER NOT NULL,"
    " closed INTEGER NOT NULL, body BLOB NOT NULL, changed_at_ms INTEGER NOT NULL) WITHOUT ROWID"_s,
    u"CREATE INDEX sale_closed ON sale (closed, changed_at_ms)"_s,
    u"CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, command_id TEXT NOT NULL UNIQUE,"
    " sale_id TEXT NOT NULL, kind INTEGER NOT NULL, endpoint INTEGER NOT NULL,"
    " verb BLOB NOT NULL, path TEXT NOT NULL, body BLOB NOT NULL, stored_at_ms INTEGER NOT NULL,"
    " answer_outcome INTEGER, answer_status INTEGER, answer_body BLOB)"_s,
};

TillProduct readProduct(const QSqlQuery& row)
{
    TillProduct product;
    product.id = row.value(0).toInt();
    product.sku = row.value(1).toString();
    product.name = row.value(2).toString();
    product.brand = row.value(3).toString();
    product.quantityText = row.value(4).toString();
    product.category = row.value(5).toString();
    product.barcodes = row.value(6).toString().split(u' ', Qt::SkipEmptyParts);
    product.image = row.value(7).toString();
    product.priceMinor = row.value(8).toLongLong();
    product.currency = row.value(9).toString();
    product.taxRateBp = row.value(10).toInt();
    product.favouriteRank = row.value(11).toInt();
    product.onHand = row.value(12).toInt();
    product.held = row.value(13).toInt();
    product.committed = row.value(14).toInt();
    product.available = row.value(15).toInt();
    product.version = row.value(16).toLongLong();
    return product;
}

ClientCommand readCommand(const QSqlQuery& row)
{
    return {row.value(0).toString(),
            row.value(1).toString(),
            static_cast<CommandKind>(row.value(2).toInt()),
            static_cast<Endpoint>(row.value(3).toInt()),
            row.value(4).toByteArray(),
            row.value(5).toString(),
            row.value(6).toByteArray()};
}

/// Qt binds a null byte array as NULL; the tables know no NULL there.
QVariant bytes(const QByteArray& value)
{
    return value.isNull() ? QByteArray("") : value;
}

} // namespace

Result<std::unique_ptr<LocalStore>, QString> LocalStore::open(const QString& file)
{
    auto store = std::make_unique<LocalStore>(
        Key{}, u"till-"_s + QUuid::createUuid().toString(QUuid::WithoutBraces));
    if (!store->prepareFile(file) || !store->migrate()) {
        return Failure<QString>(store->m_lastError);
    }
    return store;
}

LocalStore::~LocalStore()
{
    {
        QSqlDatabase db = database();
        db.close();
    }
    QSqlDatabase::removeDatabase(m_connection);
}

QSqlDatabase LocalStore::database() const
{
    return QSqlDatabase::database(m_connection, false);
}

bool LocalStore::prepareFile(const QString& file)
{
    QSqlDatabase db = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection);
    db.setDatabaseName(file);
    if (!db.open()) {
        m_lastError = db.lastError().text();
        return false;
    }
    return run(u"PRAGMA journal_mode=WAL"_s) && run(u"PRAGMA synchronous=FULL"_s) &&
           run(u"PRAGMA busy_timeout=5000"_s);
}

bool LocalStore::migrate()
{
    int version = 0;
    {
        QSqlQuery query(database());
        if (query.exec(u"PRAGMA user_version"_s) && query.next()) {
            version = query.value(0).toInt();
        }
    }
    if (version > schemaVersion) {
        m_lastError = u"the till's database was written by a newer version of this program"_s;
        return false;
    }
    if (version == schemaVersion) {
        return true;
    }
    return inTransaction([this] {
        for (const QString& statement : schema) {
            if (!run(statement)) {
                return false;
            }
        }
        return run(u"PRAGMA user_version=%1"_s.arg(schemaVersion));
    });
}

bool LocalStore::inTransaction(const std::function<bool()>& work)
{
    if (!run(u"BEGIN IMMEDIATE"_s)) {
        return false;
    }
    if (work() && run(u"COMMIT"_s)) {
        return true;
    }
    const QString cause = m_lastError;
    QSqlQuery(database()).exec(u"ROLLBACK"_s);
    m_lastError = cause;
    return false;
}

bool LocalStore::run(const QString& sql, const QVariantList& values)
{
    QSqlQuery query(database());
    bool done = query.prepare(sql);
    for (const QVariant& value : values) {
        query.addBindValue(value);
    }
    done = done && query.exec();
    if (!done) {
        m_lastError = query.lastError().text();
    }
    return done;
}

bool LocalStore::storeStep(const SaleStep& step, qint64 wallMs)
{
    return inTransaction([&] {
        if (!run(u"INSERT INTO sale VALUES (?,?,?,?,?) ON CONFLICT (sale_id) DO UPDATE SET"
                 " number=excluded.number, closed=excluded.closed, body=excluded.body,"
                 " changed_at_ms=excluded.changed_at_ms"_s,
                 {step.saleId, step.number, step.closed, bytes(step.body), wallMs})) {
            return false;
        }
        for (const QString& id : step.acknowledged) {
            if (!run(u"DELETE FROM outbox WHERE command_id=? AND answer_status IS NOT NULL"_s,
                     {id})) {
                return false;
            }
        }
        if (step.command) {
            const ClientCommand& command = *step.command;
            if (!run(u"INSERT OR IGNORE INTO outbox (command_id, sale_id, kind, endpoint, verb, "
                     u"path, body,"
                     " stored_at_ms) VALUES (?,?,?,?,?,?,?,?)"_s,
                     {command.id, command.saleId, static_cast<int>(command.kind),
                      static_cast<int>(command.endpoint), bytes(command.verb), command.path,
                      bytes(command.body), wallMs})) {
                return false;
            }
        }
        return !step.closed ||
               run(u"DELETE FROM sale WHERE sale_id IN (SELECT sale_id FROM sale WHERE closed=1"
                   " ORDER BY changed_at_ms DESC LIMIT -1 OFFSET ?)"_s,
                   {closedSalesKept});
    });
}

bool LocalStore::storeAnswer(const CommandAnswer& answer)
{
    return run(
        u"UPDATE outbox SET answer_outcome=?, answer_status=?, answer_body=?"
        " WHERE command_id=?"_s,
        {static_cast<int>(answer.outcome), answer.status, bytes(answer.body), answer.commandId});
}

RestoredTill LocalStore::restore()
{
    RestoredTill restored;
    QSqlQuery query(database());
    query.setForwardOnly(true);
    query.exec(u"SELECT sale_id, number, body FROM sale WHERE closed=0 ORDER BY number"_s);
    while (query.next()) {
        restored.sales.push_back(
            {query.value(0).toString(), query.value(1).toInt(), query.value(2).toByteArray()});
    }
    query.exec(u"SELECT max(number) FROM sale"_s);
    restored.lastNumber = query.next() ? query.value(0).toInt() : 0;
    query.exec(u"SELECT command_id, sale_id, kind, endpoint, verb, path, body, stored_at_ms,"
               " answer_outcome, answer_status, answer_body FROM outbox ORDER BY seq"_s);
    while (query.next()) {
        const ClientCommand command = readCommand(query);
        if (query.value(9).isNull()) {
            restored.unanswered.push_back(command);
            restored.unansweredStoredAtMs.push_back(query.value(7).toLongLong());
        } else {
            restored.answers.push_back({command.id, command.saleId, command.kind,
                                        static_cast<Outcome>(query.value(8).toInt()),
                                        query.value(9).toInt(), query.value(10).toByteArray()});
        }
    }
    return restored;
}

QString LocalStore::meta(const QString& key)
{
    QSqlQuery query(database());
    query.prepare(u"SELECT value FROM meta WHERE key=?"_s);
    query.addBindValue(key);
    return query.exec() && query.next() ? query.value(0).toString() : QString();
}

bool LocalStore::setMeta(const QString& key, const QString& value)
{
    return run(u"INSERT OR REPLACE INTO meta VALUES (?,?)"_s,
               {key, value.isNull() ? u""_s : value});
}

std::vector<TillProduct> LocalStore::catalogue()
{
    std::vector<TillProduct> products;
    QSqlQuery query(database());
    query.setForwardOnly(true);
    query.exec(u"SELECT * FROM product ORDER BY id"_s);
    while (query.next()) {
        products.push_back(readProduct(query));
    }
    return products;
}

QString LocalStore::cursor()
{
    return meta(u"cursor"_s);
}

bool LocalStore::bindToServer(const QString& baseUrl)
{
    if (meta(u"server"_s) == baseUrl) {
        return true;
    }
    return inTransaction([&] {
        return run(u"DELETE FROM product"_s) && setMeta(u"cursor"_s, {}) &&
               setMeta(u"server"_s, baseUrl);
    });
}

bool LocalStore::replaceCatalogue(const std::vector<TillProduct>& products, const QString& cursor)
{
    return inTransaction([&] {
        return run(u"DELETE FROM product"_s) && writeProducts(products) &&
               setMeta(u"cursor"_s, cursor);
    });
}

bool LocalStore::applyChanges(const std::vector<TillProduct>& products, const QList<int>& removed,
                              const QList<TillStock>& stocks, const QString& cursor)
{
    return inTransaction([&] {
        if (!writeProducts(products)) {
            return false;
        }
        for (const int id : removed) {
            if (!run(u"DELETE FROM product WHERE id=?"_s, {id})) {
                return false;
            }
        }
        for (const TillStock& stock : stocks) {
            if (!run(u"UPDATE product SET on_hand=?, held=?, committed=?, available=? WHERE id=?"_s,
                     {stock.onHand, stock.held, stock.committed, stock.available,
                      stock.productId})) {
                return false;
            }
        }
        return setMeta(u"cursor"_s, cursor);
    });
}

bool LocalStore::writeProducts(const std::vector<TillProduct>& products)
{
    QSqlQuery query(database());
    if (!query.prepare(u"INSERT OR REPLACE INTO product VALUES"
                       " (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"_s)) {
        m_lastError = query.lastError().text();
        return false;
    }
    for (const TillProduct& product : products) {
        const std::array<QVariant, 17> values{product.id,
                                              product.sku,
                                              product.name,
                                              product.brand,
                                              product.quantityText,
                                              product.category,
                                              product.barcodes.join(u' '),
                                              product.image,
                                              product.priceMinor,
                                              product.currency,
                                              product.taxRateBp,
                                              product.favouriteRank,
                                              product.onHand,
                                              product.held,
                                              product.committed,
                                              product.available,
                                              product.version};
        int position = 0;
        for (const QVariant& value : values) {
            // A null string would become NULL.
            const bool emptyText =
                value.metaType() == QMetaType::fromType<QString>() && value.toString().isEmpty();
            query.bindValue(position++, emptyText ? QVariant(u""_s) : value);
        }
        if (!query.exec()) {
            m_lastError = query.lastError().text();
            return false;
        }
    }
    return true;
}

} // namespace holdfast
