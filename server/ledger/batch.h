#pragma once

#include "server/ledger/ledger.h"

#include <optional>
#include <unordered_map>
#include <vector>

namespace holdfast {

/// One batch on its way through the rules: the slice, the time, whose command is being decided.
/// Every change of stock goes through record(), so that counters and journal cannot part.
class Batch
{
public:
    Batch(const LedgerRules& rules, Slice& slice, Instant now)
        : m_rules(rules), m_slice(slice), m_now(now)
    {}

    void actFor(const Caller& caller) { m_caller = caller; }

    [[nodiscard]] const LedgerRules& rules() const { return m_rules; }
    [[nodiscard]] Slice& slice() { return m_slice; }
    [[nodiscard]] Instant now() const { return m_now; }
    [[nodiscard]] const Caller& caller() const { return m_caller; }

    /// Null when unknown.
    [[nodiscard]] ProductEntry* product(ProductId id);
    /// Null when unknown or archived.
    [[nodiscard]] ProductEntry* sellable(ProductId id);
    /// Null when unknown, or when a kiosk asks for what another terminal owns.
    [[nodiscard]] HoldEntry* hold(HoldId id);
    [[nodiscard]] OrderEntry* order(OrderId id);

    /// Appends the event to the journal and applies its stock changes.
    void record(Event event);

    /// Appends a movement of on-hand for the list of movements; call it after record().
    void addMovement(ProductId product, MovementKind kind, Units qty, const std::string& reason,
                     std::optional<OrderId> order);

    void raise(Alert alert);

    [[nodiscard]] Units available(ProductId id);

private:
    const LedgerRules& m_rules;
    Slice& m_slice;
    Instant m_now;
    Caller m_caller;
};

/// Ends an active hold and gives its units back.
void endHold(Batch& batch, HoldEntry& entry, HoldState end);

/// Cancels a pending order, gives its units back and lists paid money for refund.
void cancelOrder(Batch& batch, OrderEntry& entry, CancelCause cause);

/// A pending order whose deadline has passed is cancelled before anything is decided about it.
void cancelIfOverdue(Batch& batch, OrderEntry& entry);

/// Adds a payment to a pending order; the order is paid when nothing is due any more.
void addPayment(Batch& batch, OrderEntry& entry, const Payment& payment);

/// Takes the units of a pending order out of on-hand and marks it paid.
void markPaid(Batch& batch, OrderEntry& entry);

/// Books a refund whose amount has been checked; moves the order's state forward. A refund without
/// lines is spread over them. Returns it as it was booked.
Refund addRefund(Batch& batch, OrderEntry& entry, Refund refund);

/// Applies the events that came before their order.
void applyWaitingEvents(Batch& batch, OrderEntry& entry);

/// The refusal for using a hold that is not active any more.
[[nodiscard]] Refused holdHasEnded(const Hold& hold);

[[nodiscard]] Refused invalidField(std::string field, std::string detail);

// One function for each command.
[[nodiscard]] Outcome decide(Batch& batch, const PlaceHold& command);
[[nodiscard]] Outcome decide(Batch& batch, const ChangeHold& command);
[[nodiscard]] Outcome decide(Batch& batch, const ExtendHold& command);
[[nodiscard]] Outcome decide(Batch& batch, const ReleaseHold& command);
[[nodiscard]] Outcome decide(Batch& batch, const PlaceOrder& command);
[[nodiscard]] Outcome decide(Batch& batch, const CancelOrder& command);
[[nodiscard]] Outcome decide(Batch& batch, const TakePayment& command);
[[nodiscard]] Outcome decide(Batch& batch, const RefundOrder& command);
[[nodiscard]] Outcome decide(Batch& batch, const ReceivePaymentEvent& command);
[[nodiscard]] Outcome decide(Batch& batch, const MoveStock& command);
[[nodiscard]] Outcome decide(Batch& batch, const CreateProduct& command);
[[nodiscard]] Outcome decide(Batch& batch, const ChangeProduct& command);
[[nodiscard]] Outcome decide(Batch& batch, const ArchiveProduct& command);
[[nodiscard]] Outcome decide(Batch& batch, const ImportProducts& command);
[[nodiscard]] Outcome decide(Batch& batch, const CreateToken& command);
[[nodiscard]] Outcome decide(Batch& batch, const RevokeToken& command);
[[nodiscard]] Outcome decide(Batch& batch, const ExpireHolds& command);
[[nodiscard]] Outcome decide(Batch& batch, const CancelOverdueOrders& command);
[[nodiscard]] Outcome decide(Batch& batch, const ForgetAnswers& command);
[[nodiscard]] Outcome decide(Batch& batch, const ForgetPaymentEvents& command);

} // namespace holdfast
