// A shop and a card gateway behind the till's transport, with a network that a test can break. It
// counts effects, so that a test can tell one from two. GUI thread only.
#pragma once

#include "app/sync/transport.h"

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QSet>

#include <deque>
#include <functional>

namespace holdfast::test {

/// Outlives the tills: a till that is started again finds the shop as it was.
class FakeShop : public QObject
{
    Q_OBJECT

public:
    /// What happens to the next matching request.
    enum class Fault {
        CutBefore, ///< lost on the way there: no effect, no answer
        CutAfter,  ///< done, but the answer is lost
        Busy,      ///< 503
        Keep,      ///< answered only by letGo()
    };

    void addProduct(int id, int onHand, qint64 priceMinor, const QString& name);
    /// Sold or received by somebody else.
    void setOnHand(int id, int onHand);
    /// The next request whose verb and path contain `what` meets `fault`.
    void breakNext(const QByteArray& what, Fault fault) { m_faults.append({what, fault}); }
    void letGo();
    void setAway(bool away) { m_away = away; }
    /// What new card payments become: processing, approved, declined, unknown.
    void setCardState(const QString& state) { m_cardState = state; }
    void decideCard(const QString& state);
    /// The hold's time is over.
    void expireHolds();
    /// The server comes back with another database.
    void forgetOrders() { m_orders.clear(); }
    /// The smallest coin, in minor units.
    void setCashStep(qint64 minor) { m_cashStep = minor; }
    void setHoldSeconds(int seconds) { m_holdSeconds = seconds; }
    void setClocks(std::function<qint64()> monotonicMs, std::function<qint64()> wallMs)
    {
        m_monotonicMs = std::move(monotonicMs);
        m_nowMs = std::move(wallMs);
    }

    [[nodiscard]] int available(int id) const { return m_onHand.value(id) - held(id); }
    [[nodiscard]] int held(int id) const;
    [[nodiscard]] int activeHolds() const;
    [[nodiscard]] int orderCount() const { return static_cast<int>(m_orders.size()); }
    [[nodiscard]] int paidOrders() const;
    [[nodiscard]] qint64 cashTakenMinor() const { return m_cashTakenMinor; }
    [[nodiscard]] int cardCharges() const { return static_cast<int>(m_cards.size()); }
    /// How often requests came whose verb and path contain `what`.
    [[nodiscard]] int seen(const QByteArray& what) const;

    void take(const TransportRequest& request, const Transport::Done& done);

private:
    struct Answer
    {
        int status = 200;
        QJsonObject body;
    };

    void reply(const Transport::Done& done, const Answer& answer);
    Answer answerOnce(const TransportRequest& request);
    Answer route(const TransportRequest& request);
    Answer server(const QByteArray& verb, const QStringList& path, const QJsonObject& body);
    Answer gateway(const QByteArray& verb, const QStringList& path, const QJsonObject& body);
    Answer placeHold(const QJsonObject& body);
    Answer changeHold(const QString& id, const QJsonObject& body);
    Answer placeOrder(const QJsonObject& body);
    Answer pay(const QString& orderId, const QJsonObject& body);
    Answer shortOf(const QJsonArray& lines, const QString& ownHold) const;
    void settleOrder(const QString& orderId, const QJsonObject& payment);
    void cancelOrder(const QString& orderId, const QString& cause);
    [[nodiscard]] QJsonObject product(int id) const;
    [[nodiscard]] QString instant(qint64 atMs) const;
    void noteStock();
    bool longPoll(const TransportRequest& request, const Transport::Done& done);

    QHash<int, int> m_onHand;
    QHash<int, qint64> m_price;
    QHash<int, QString> m_name;
    QHash<QString, QJsonObject> m_holds;
    QHash<QString, QJsonObject> m_orders;
    QHash<QString, QJsonObject> m_cards;
    QHash<QByteArray, Answer> m_answers; ///< by idempotency key
    QList<QByteArray> m_log;
    QList<std::pair<QByteArray, Fault>> m_faults;
    std::deque<std::function<void()>> m_kept;
    std::deque<Transport::Done> m_polls;
    QString m_cardState = QStringLiteral("processing");
    std::function<qint64()> m_monotonicMs;
    std::function<qint64()> m_nowMs;
    qint64 m_cashTakenMinor = 0;
    qint64 m_cashStep = 1;
    int m_cursor = 1;
    int m_holdSeconds = 120;
    bool m_away = false;
};

/// One till's wire to the shop. Dropping it drops what is under way, like pulling the plug.
class FakeWire final : public Transport
{
public:
    explicit FakeWire(FakeShop& shop) : m_shop(shop), m_alive(std::make_shared<bool>(true)) {}
    ~FakeWire() override { *m_alive = false; }

    void send(const TransportRequest& request, Done done) override
    {
        m_shop.take(request,
                    [alive = m_alive, done = std::move(done)](const TransportReply& reply) {
                        if (*alive) {
                            done(reply);
                        }
                    });
    }

private:
    FakeShop& m_shop;
    std::shared_ptr<bool> m_alive;
};

} // namespace holdfast::test
