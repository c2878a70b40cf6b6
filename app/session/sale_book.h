// The open sales of this till and their traffic with the worker: every step of a sale is handed to
// the local database together with the command that follows from it, before anything is sent.
// GUI thread.
#pragma once

#include "app/session/sale_machine.h"
#include "app/session/server_clock.h"
#include "app/sync/till_engine.h"

#include <QObject>
#include <QSet>
#include <QTimer>

#include <deque>
#include <functional>

namespace holdfast {

struct SaleBookSettings
{
    SaleTiming timing;
    int tickMs = 250;
    int pollMs = 1'000; ///< how often an open charge is asked about
};

struct TillClocks
{
    std::function<qint64()> monotonicMs; ///< never goes back
    std::function<qint64()> wallMs;      ///< since 1970, as the machine believes
};

class SaleBook : public QObject
{
    Q_OBJECT

public:
    using Wish = std::function<bool(SaleMachine&, Sale&, qint64 nowMs)>;

    SaleBook(TillEngine& engine, SaleBookSettings settings, TillClocks clocks,
             std::function<std::uint64_t()> random, QObject* parent = nullptr);

    [[nodiscard]] const Sale& current() const { return m_sales[m_current]; }
    [[nodiscard]] const std::deque<Sale>& sales() const { return m_sales; }
    [[nodiscard]] std::size_t currentIndex() const { return m_current; }
    /// By the server's clock.
    [[nodiscard]] qint64 nowMs() const { return m_serverClock.at(m_clocks.monotonicMs()); }
    [[nodiscard]] const SaleTiming& timing() const { return m_machine.timing(); }

    /// A person's wish for the sale on the screen; false when it is not possible now.
    bool wish(const Wish& wish);
    /// Does not touch the server: only what is on the screen.
    void selectLine(const QString& lineId);
    void startSale();
    void switchTo(const QString& saleId);
    /// Asks about every open charge at once.
    void checkNow();

Q_SIGNALS:
    void changed();
    void ticked();
    void currentChanged();
    void holdExpired(bool current);
    void lineRefused();

private:
    void connectEngine();
    void restore(const RestoredTill& till);
    void takeAnswer(const CommandAnswer& answer);
    void takeRead(const ReadAnswer& answer);
    void takeChanges(const ChangeBatch& batch);
    void tick();
    void poll(const Sale& sale);
    void read(ReadQuery::Kind kind, const Sale& sale, const QString& subjectId);
    /// Makes the next command of a sale, stores both, sends it. `acknowledged` may be empty.
    void settle(Sale& sale, const QStringList& acknowledged);
    void update(const QString& saleId, const QStringList& acknowledged,
                const std::function<void(Sale&)>& change);
    void dropClosed();
    /// Brings an empty sale to the screen, a new one where there is none.
    void showBlank();
    void keepOne();
    [[nodiscard]] Sale* find(const QString& saleId);

    TillEngine& m_engine;
    SaleBookSettings m_settings;
    TillClocks m_clocks;
    UuidV7Maker m_ids;
    SaleMachine m_machine;
    ServerClock m_serverClock;
    std::deque<Sale> m_sales;
    std::size_t m_current = 0;
    int m_lastNumber = 0;
    QSet<QString> m_readsUnderWay;
    qint64 m_polledAtMs = 0;
    bool m_restored = false;
    QTimer m_timer;
};

} // namespace holdfast
