// The till's own database: SQLite, WAL, synchronous=FULL. What is in it survives a power cut.
//
// Belongs to one thread, the one that opened it. Every function that returns false has changed
// nothing; `lastError` says why.
#pragma once

#include "app/models/product.h"
#include "app/models/till_stock.h"
#include "app/sync/client_command.h"
#include "app/sync/outbox.h"

#include "shared/domain/result.h"

#include <QSqlDatabase>
#include <QVariant>

#include <memory>
#include <optional>
#include <vector>

namespace holdfast {

/// One thing that happened to a sale, written in one transaction: its new state, the command that
/// follows from it, and the answers that it has taken in.
struct SaleStep
{
    QString saleId;
    int number = 0;
    QByteArray body; ///< the sale as sale_codec writes it
    bool closed = false;
    std::optional<ClientCommand> command;
    QStringList acknowledged; ///< ids of commands whose answers are in `body`
};

struct StoredSale
{
    QString saleId;
    int number = 0;
    QByteArray body;
};

/// What an earlier run has left behind.
struct RestoredTill
{
    std::vector<StoredSale> sales;      ///< open ones, by number
    std::vector<CommandAnswer> answers; ///< known, but not yet taken in
    std::vector<ClientCommand> unanswered;
    std::vector<qint64> unansweredStoredAtMs;
    int lastNumber = 0;
};

class LocalStore final : public CommandStore
{
public:
    /// Makes the file and its tables when they are missing.
    [[nodiscard]] static Result<std::unique_ptr<LocalStore>, QString> open(const QString& file);
    ~LocalStore() override;

    [[nodiscard]] bool storeStep(const SaleStep& step, qint64 wallMs);
    [[nodiscard]] bool storeAnswer(const CommandAnswer& answer) override;
    [[nodiscard]] RestoredTill restore();

    [[nodiscard]] std::vector<TillProduct> catalogue();
    /// The place in the change feed up to which the catalogue is complete; empty: load anew.
    [[nodiscard]] QString cursor();
    /// A catalogue belongs to one server: another address starts from nothing.
    [[nodiscard]] bool bindToServer(const QString& baseUrl);
    [[nodiscard]] bool replaceCatalogue(const std::vector<TillProduct>& products,
                                        const QString& cursor);
    [[nodiscard]] bool applyChanges(const std::vector<TillProduct>& products,
                                    const QList<int>& removed, const QList<TillStock>& stocks,
                                    const QString& cursor);

    [[nodiscard]] QString lastError() const { return m_lastError; }

    struct Key
    {
        friend class LocalStore;

    private:
        Key() = default;
    };
    LocalStore(Key, QString connection) : m_connection(std::move(connection)) {}

private:
    [[nodiscard]] QSqlDatabase database() const;
    [[nodiscard]] bool prepareFile(const QString& file);
    [[nodiscard]] bool migrate();
    [[nodiscard]] bool inTransaction(const std::function<bool()>& work);
    [[nodiscard]] bool run(const QString& sql, const QVariantList& values = {});
    [[nodiscard]] QString meta(const QString& key);
    [[nodiscard]] bool setMeta(const QString& key, const QString& value);
    [[nodiscard]] bool writeProducts(const std::vector<TillProduct>& products);

    QString m_connection;
    QString m_lastError;
};

} // namespace holdfast
