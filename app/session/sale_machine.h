// What happens to a sale: pure rules, no clock, no disk, no network of their own.
//
// A person's wish changes the sale at once. `next` then compares what is wanted with what the
// server has confirmed and makes the one command that brings them closer; while its answer is
// awaited there is no second one. The answer comes to `apply`, and `next` looks again. So any
// mixture of touches, answers, restarts and refusals ends in the same place: wanted and confirmed
// agree, or a person is asked.
#pragma once

#include "app/session/sale.h"

#include "shared/domain/ids.h"

namespace holdfast {

struct SaleTiming
{
    int expiringMs = 30'000;        ///< from here on the till offers to extend
    int cardPatienceMs = 90'000;    ///< a shopper who takes longer leaves the outcome "unknown"
    int silencePatienceMs = 12'000; ///< so does a gateway that cannot be asked for so long
};

/// A product as a line needs it.
struct Goods
{
    int productId = 0;
    QString name;
    qint64 unitPriceMinor = 0;
    int taxRateBp = 0;
};

class SaleMachine
{
public:
    SaleMachine(UuidV7Maker& ids, SaleTiming timing) : m_ids(ids), m_timing(timing) {}

    [[nodiscard]] Sale begin(int number, qint64 nowMs);

    // A person's wishes. They return false, and change nothing, when the sale's state forbids them.
    bool add(Sale& sale, const Goods& goods, int qty, qint64 nowMs);
    bool setQty(Sale& sale, const QString& lineId, int qty);
    bool remove(Sale& sale, const QString& lineId);
    bool undoRemove(Sale& sale);
    bool takeAvailable(Sale& sale, const QString& lineId);
    bool retryHold(Sale& sale);
    bool extend(Sale& sale);
    bool startPayment(Sale& sale);
    bool leavePayment(Sale& sale);
    /// `expectedMinor` is the due amount on the screen: when the server's differs, nothing is
    /// taken.
    bool payCash(Sale& sale, qint64 tenderedMinor, qint64 expectedMinor, qint64 nowMs);
    bool startCard(Sale& sale, qint64 expectedMinor, qint64 nowMs);
    bool cancelCard(Sale& sale);
    bool voidSale(Sale& sale);
    bool finish(Sale& sale);

    // What comes from outside. All of them may come late, twice, or not at all.
    void apply(Sale& sale, const CommandAnswer& answer, qint64 nowMs);
    void orderSeen(Sale& sale, const OrderFacts& order);
    /// The server knows the order no more: its database was replaced.
    void orderGone(Sale& sale, const QString& orderId);
    void cardSeen(Sale& sale, const CardFacts& card, qint64 nowMs);
    void holdEnded(Sale& sale, const QString& holdId);
    /// Expiry and patience. True when something changed.
    bool tick(Sale& sale, qint64 nowMs);

    /// The next command, already noted in `sale.pending`; nothing when the sale is at rest.
    [[nodiscard]] std::optional<ClientCommand> next(Sale& sale, qint64 nowMs);

    [[nodiscard]] const SaleTiming& timing() const { return m_timing; }

private:
    [[nodiscard]] QString makeId(qint64 nowMs);
    [[nodiscard]] ClientCommand command(Sale& sale, CommandKind kind, const QString& subject,
                                        qint64 nowMs);
    [[nodiscard]] std::optional<ClientCommand> nextForOrder(Sale& sale, qint64 nowMs);
    [[nodiscard]] std::optional<ClientCommand> nextForHold(Sale& sale, qint64 nowMs);
    [[nodiscard]] ClientCommand placeHold(Sale& sale, const QList<wire::LineWanted>& lines,
                                          qint64 nowMs);

    void applyHold(Sale& sale, const PendingCommand& pending, const CommandAnswer& answer,
                   qint64 nowMs);
    void refuseHold(Sale& sale, const PendingCommand& pending, const Problem& problem);
    void applyOrder(Sale& sale, const PendingCommand& pending, const CommandAnswer& answer);
    void applyCancelOrder(Sale& sale, const CommandAnswer& answer);
    void applyCash(Sale& sale, const CommandAnswer& answer);
    void applyCard(Sale& sale, const PendingCommand& pending, const CommandAnswer& answer,
                   qint64 nowMs);

    UuidV7Maker& m_ids;
    SaleTiming m_timing;
};

} // namespace holdfast
