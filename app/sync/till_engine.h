// Everything that the till does away from the screen: the local database, the outbox, the change
// feed, reads. Lives on the worker thread; the GUI thread reaches it by queued calls and hears from
// it by queued signals, values only.
#pragma once

#include "app/models/goods_index.h"
#include "app/net/wire.h"
#include "app/store/local_store.h"
#include "app/sync/change_feed.h"
#include "app/sync/outbox.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>

namespace holdfast {

enum class LinkState { Connecting, Online, Offline, NotAllowed };

/// What a read is for: the answer comes back with it.
struct ReadQuery
{
    enum class Kind { Order, Card };

    Kind kind = Kind::Order;
    QString saleId;
    QString subjectId; ///< order or card payment
};

struct ReadAnswer
{
    ReadQuery query;
    int status = 0; ///< 0: no answer
    QByteArray body;
};

/// Shared because it is large; never changed after it is handed over.
using ProductList = std::shared_ptr<const LoadedGoods>;

struct EngineParts
{
    std::unique_ptr<LocalStore> store;
    QString storeFault; ///< why there is no store
    std::unique_ptr<Transport> transport;
    std::function<std::uint64_t()> random;
    std::function<qint64()> monotonicMs;
    std::function<qint64()> wallMs;
    BackoffLimits backoff;
    FeedTiming feed;
    QString serverUrl;
};

class TillEngine : public QObject
{
    Q_OBJECT

public:
    /// Makes the parts; called on the worker thread, because a database belongs to its thread.
    using MakeParts = std::function<EngineParts()>;

    explicit TillEngine(MakeParts makeParts);
    ~TillEngine() override;

    // Called on the worker thread.
    void start();
    /// Closes the database and drops what is under way; nothing works afterwards.
    void stop();
    void store(const SaleStep& step);
    void query(const ReadQuery& query);
    void retryNow();

Q_SIGNALS:
    void restored(const std::shared_ptr<const holdfast::RestoredTill>& till);
    void catalogueReplaced(const holdfast::ProductList& products);
    void changed(const std::shared_ptr<const holdfast::ChangeBatch>& batch);
    void answered(const holdfast::CommandAnswer& answer);
    void queried(const holdfast::ReadAnswer& answer);
    void linkChanged(holdfast::LinkState state);
    void ageChanged(const holdfast::OutboxAge& age);
    /// Bounds of (server clock − monotonic clock) that one answer proves.
    void clockSeen(qint64 offsetMinMs, qint64 offsetMaxMs);
    /// The disk refused: nothing is sent that could not be stored.
    void storeFailed(const QString& cause);

private:
    void tick();
    void plan();
    [[nodiscard]] bool storeNow(const SaleStep& step);
    void heard(const TransportReply& reply);
    void replaceCatalogue(std::vector<TillProduct> products, const QString& cursor);
    void applyChanges(const ChangeBatch& batch);

    MakeParts m_makeParts;
    EngineParts m_parts;
    std::unique_ptr<Outbox> m_outbox;
    std::unique_ptr<ChangeFeed> m_feed;
    QTimer m_timer;
    std::deque<SaleStep> m_unstored; ///< refused by the disk; tried again, in order
    LinkState m_link = LinkState::Connecting;
};

} // namespace holdfast
