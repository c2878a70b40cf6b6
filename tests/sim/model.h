#pragma once

#include "tests/sim/verdict.h"
#include "tests/support/memory_shop.h"

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace holdfast::sim {

/// What the journal says has happened, understood anew: shares no code with the ledger, so that
/// one of them notices when the other is wrong. Each record is checked against all before it.
class Model
{
public:
    explicit Model(Verdict& verdict) : m_verdict(verdict) {}

    void fold(const JournalRecord& record);

    struct Product
    {
        StockLevel told = {};  ///< the sum of what the records say they did to the counters
        StockLevel meant = {}; ///< what holds, orders and movements amount to
        int details = 0;       ///< how often they were written
    };
    struct Hold
    {
        std::vector<HoldLine> lines = {};
        std::vector<std::vector<HoldLine>> earlierLines = {};
        Instant until = {};
        HoldState state = HoldState::Active;
        CallerId owner = {};
        std::string tag = {};
        OrderId order = {};
    };
    struct Line
    {
        ProductId product = {};
        Units qty = 0;
        Minor totalMinor = 0;
        Units refundedQty = 0;
        Minor refundedMinor = 0;
    };
    struct Order
    {
        HoldId hold = {};
        CallerId owner = {};
        std::vector<Line> lines = {};
        Minor totalMinor = 0;
        Minor paidMinor = 0;
        Minor refundedMinor = 0;
        Instant deadline = {};
        bool cancelled = false; ///< at some time; a late payment may have revived it
        bool cancelledNow = false;
        bool paid = false;        ///< the goods went out
        bool unfulfilled = false; ///< the money came, the goods were gone
        std::vector<std::pair<PaymentId, Minor>> payments = {};
        std::vector<std::pair<RefundId, Minor>> refunds = {};

        [[nodiscard]] bool pending() const { return !cancelledNow && !paid && !unfulfilled; }
    };
    struct PaymentEvent
    {
        OrderId order = {};
        bool waited = false;
        std::string result = {}; ///< empty while it waits
        Instant firstAt = {};
        bool refund = false; ///< its record follows the refund that it made
        bool forgotten = false;
        int lives = 0; ///< how often it came as something new
        std::vector<std::string> earlierResults = {};
    };

    [[nodiscard]] const Hold* hold(HoldId id) const;
    [[nodiscard]] const Order* order(OrderId id) const;
    [[nodiscard]] const Product* product(ProductId id) const;
    [[nodiscard]] const PaymentEvent* event(const EventName& name) const;
    /// With the units of holds whose deadline has passed.
    [[nodiscard]] Units availableAt(ProductId id, Instant now) const;
    /// How many records carry this mark of a request.
    [[nodiscard]] int effects(const std::string& tag) const;

    [[nodiscard]] const std::unordered_map<ProductId, Product>& products() const
    {
        return m_products;
    }
    [[nodiscard]] const std::unordered_map<HoldId, Hold>& holds() const { return m_holds; }
    [[nodiscard]] const std::unordered_map<OrderId, Order>& orders() const { return m_orders; }
    [[nodiscard]] const std::map<EventName, PaymentEvent>& events() const { return m_events; }
    [[nodiscard]] std::int64_t position() const { return m_position; }

private:
    void note(const std::string& tag);
    void apply(const JournalRecord& record);
    void foldProduct(const Event& event);
    void foldMovement(const Event& event);
    void foldHold(const Event& event, Instant at);
    void placeHold(const Event& event, Instant at);
    void changeHold(Hold& hold, const Event& event);
    void endHold(Hold& hold, HoldState end);
    void foldOrder(const Event& event, Instant at);
    void placeOrder(const Event& event, Instant at);
    void cancelOrder(Order& order, const Event& event, Instant at);
    void takePayment(Order& order, const Event& event);
    void payOrder(Order& order, bool fulfilled);
    void refund(Order& order, const Event& event);
    void refundLine(Order& order, const RefundLine& line, bool restock);
    void receiveEvent(const Event& event, Instant at);
    void forgetEvents(const Event& event, Instant at);
    void checkCounters(const Event& event);
    void fail(Invariant invariant, const std::string& what);

    Verdict& m_verdict;
    std::int64_t m_position = 0;
    bool m_afterRefund = false; ///< the record before was a refund
    std::unordered_map<ProductId, Product> m_products;
    std::unordered_map<HoldId, Hold> m_holds;
    std::unordered_map<OrderId, Order> m_orders;
    std::map<EventName, PaymentEvent> m_events;
    std::unordered_map<std::string, int> m_effects;
};

} // namespace holdfast::sim
