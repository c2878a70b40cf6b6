#include "tests/ledger/coverage.h"

#include <algorithm>
#include <array>
#include <map>

namespace holdfast {

namespace {

/// Why no story can show a refusal; empty for those that one must. A new code is a new case here.
std::string_view givenElsewhere(RefusalCode code)
{
    switch (code) {
    case RefusalCode::IdempotencyInProgress:
        return "given at the door, while the first request waits in the queue (server/http)";
    case RefusalCode::IdempotencyKeyReused:
    case RefusalCode::IdConflict:
    case RefusalCode::EventKeyReused:
    case RefusalCode::ProductNotFound:
    case RefusalCode::HoldNotFound:
    case RefusalCode::OrderNotFound:
    case RefusalCode::TokenNotFound:
    case RefusalCode::InvalidField:
    case RefusalCode::HoldExpired:
    case RefusalCode::HoldConsumed:
    case RefusalCode::HoldReleased:
    case RefusalCode::InsufficientStock:
    case RefusalCode::StockInUse:
    case RefusalCode::StockLimit:
    case RefusalCode::OrderNotPayable:
    case RefusalCode::OrderNotCancellable:
    case RefusalCode::Overpaid:
    case RefusalCode::RefundTooMuch:
    case RefusalCode::NothingToRefund:
    case RefusalCode::VersionConflict:
    case RefusalCode::PreconditionFailed:
    case RefusalCode::SkuTaken:
    case RefusalCode::BarcodeTaken:
        break;
    }
    return {};
}

constexpr RefusalCode lastRefusal = RefusalCode::BarcodeTaken;

/// Fields whose values only the ledger can judge, with # for a number.
constexpr std::array<std::string_view, 12> judgedFields{
    "lines.#.product_id", "lines.#.qty", "ttl_seconds", "discounts", "hold_id", "amount_minor",
    "tendered_minor",     "lines.#",     "restock",     "qty",       "kind",    "currency"};

/// All that can happen to the state of a thing. A waiting event never finds the goods gone: its
/// order has just committed them, and a failure that comes first frees them in the same batch.
constexpr std::array<std::string_view, 23> lawful{"hold new>active",
                                                  "hold active>consumed",
                                                  "hold active>released",
                                                  "hold active>expired",
                                                  "order new>pending_payment",
                                                  "order pending_payment>paid",
                                                  "order pending_payment>cancelled",
                                                  "order paid>partially_refunded",
                                                  "order paid>refunded",
                                                  "order partially_refunded>refunded",
                                                  "order cancelled>paid",
                                                  "order cancelled>paid_unfulfilled",
                                                  "order paid_unfulfilled>refunded",
                                                  "inbox new>applied",
                                                  "inbox new>waiting",
                                                  "inbox new>ignored",
                                                  "inbox new>mismatch",
                                                  "inbox new>paid_unfulfilled",
                                                  "inbox new>overpaid",
                                                  "inbox waiting>applied",
                                                  "inbox waiting>ignored",
                                                  "inbox waiting>mismatch",
                                                  "inbox waiting>overpaid"};

template <class Enum>
void require(std::set<std::string>& words, std::string_view what, Enum first, Enum last)
{
    for (int value = static_cast<int>(first); value <= static_cast<int>(last); ++value) {
        words.insert(std::string(what) + ' ' + std::string(toString(static_cast<Enum>(value))));
    }
}

std::set<std::string> required()
{
    std::set<std::string> words(lawful.begin(), lawful.end());
    for (int value = 0; value <= static_cast<int>(lastRefusal); ++value) {
        const auto code = static_cast<RefusalCode>(value);
        if (givenElsewhere(code).empty()) {
            words.insert("refusal " + std::string(toString(code)));
        }
    }
    for (const std::string_view field : judgedFields) {
        words.insert("field " + std::string(field));
    }
    require(words, "event", EventKind::ProductAdded, EventKind::PaymentEventsForgotten);
    require(words, "alert", AlertKind::Mismatch, AlertKind::RefundDue);
    require(words, "movement", MovementKind::Receipt, MovementKind::Return);
    require(words, "cancelled by", CancelCause::Staff, CancelCause::PaymentDeadline);
    require(words, "paid by", PaymentMethod::Cash, PaymentMethod::Other);
    return words;
}

/// "lines.17.qty" as "lines.#.qty"
std::string withoutNumbers(const std::string& field)
{
    std::string text;
    for (const char c : field) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit) {
            text += c;
        } else if (!text.ends_with('#')) {
            text += '#';
        }
    }
    return text;
}

/// Follows the states of a batch's things from event to event.
class Changes
{
public:
    Changes(const Slice& slice, std::set<std::string>& seen) : m_slice(slice), m_seen(seen)
    {
        for (const auto& [id, entry] : slice.holds) {
            m_holds[id] = entry.isNew ? "new" : toString(entry.fetchedState);
        }
        for (const auto& [id, entry] : slice.orders) {
            m_orders[id] = entry.isNew ? "new" : toString(entry.fetchedState);
        }
        for (const auto& [name, entry] : slice.inbox) {
            m_inbox[name] = entry.isNew ? "new" : "waiting";
        }
    }

    void follow(const Event& event)
    {
        switch (event.kind) {
        case EventKind::HoldPlaced:
            return hold(event, HoldState::Active);
        case EventKind::HoldReleased:
            return hold(event, HoldState::Released);
        case EventKind::HoldExpired:
            return hold(event, HoldState::Expired);
        case EventKind::OrderPlaced:
            hold(event, HoldState::Consumed);
            return order(event, OrderState::PendingPayment);
        case EventKind::OrderCancelled:
            m_seen.insert("cancelled by " + event.text);
            return order(event, OrderState::Cancelled);
        case EventKind::OrderPaid:
            return order(event, OrderState::Paid);
        case EventKind::OrderPaidUnfulfilled:
            return order(event, OrderState::PaidUnfulfilled);
        case EventKind::PaymentTaken:
            m_seen.insert("paid by " + event.text);
            return;
        case EventKind::RefundMade:
            m_refunded.insert(event.order.value());
            return;
        case EventKind::PaymentEventReceived:
            return change("inbox", m_inbox[{event.gateway, event.key}], event.text);
        case EventKind::ProductAdded:
        case EventKind::ProductChanged:
        case EventKind::ProductArchived:
        case EventKind::StockMoved:
        case EventKind::HoldChanged:
        case EventKind::HoldExtended:
        case EventKind::AlertRaised:
        case EventKind::TokenCreated:
        case EventKind::TokenRevoked:
        case EventKind::PaymentEventsForgotten:
            return;
        }
    }

    /// What a refund does to the state stands in the order alone.
    void finish()
    {
        for (const OrderId id : m_refunded) {
            const std::string_view now = toString(m_slice.orders.at(id).order.state);
            if (m_orders.at(id) != now) {
                change("order", m_orders.at(id), now);
            }
        }
    }

private:
    void hold(const Event& event, HoldState to)
    {
        change("hold", m_holds.at(event.hold.value()), toString(to));
    }

    void order(const Event& event, OrderState to)
    {
        change("order", m_orders.at(event.order.value()), toString(to));
    }

    void change(std::string_view what, std::string& from, std::string_view to)
    {
        m_seen.insert(std::string(what) + ' ' + from + '>' + std::string(to));
        from = to;
    }

    const Slice& m_slice;
    std::set<std::string>& m_seen;
    std::map<HoldId, std::string> m_holds;
    std::map<OrderId, std::string> m_orders;
    std::map<EventName, std::string> m_inbox;
    std::set<OrderId> m_refunded;
};

std::string linesOf(const std::set<std::string>& words)
{
    std::string text;
    for (const std::string& word : words) {
        text += word + '\n';
    }
    return text;
}

} // namespace

void Coverage::add(const Slice& slice, std::span<const Decision> decisions)
{
    for (const Decision& decision : decisions) {
        if (const auto* refused = std::get_if<Refused>(&decision.outcome)) {
            m_seen.insert("refusal " + std::string(toString(refused->code)));
            if (refused->code == RefusalCode::InvalidField) {
                m_seen.insert("field " + withoutNumbers(refused->field));
            }
        }
    }
    Changes changes(slice, m_seen);
    for (const Event& event : slice.events) {
        m_seen.insert("event " + std::string(toString(event.kind)));
        changes.follow(event);
    }
    changes.finish();
    for (const Alert& alert : slice.alerts) {
        m_seen.insert("alert " + std::string(toString(alert.kind)));
    }
    for (const StockMovement& movement : slice.movements) {
        m_seen.insert("movement " + std::string(toString(movement.kind)));
    }
}

std::string Coverage::missing() const
{
    std::set<std::string> words = required();
    std::erase_if(words, [this](const std::string& word) { return m_seen.contains(word); });
    return linesOf(words);
}

std::string Coverage::unlawful() const
{
    std::set<std::string> words = m_seen;
    std::erase_if(words, [](const std::string& word) {
        return word.find('>') == std::string::npos ||
               std::find(lawful.begin(), lawful.end(), word) != lawful.end();
    });
    return linesOf(words);
}

} // namespace holdfast
