#pragma once

#include "shared/domain/event.h"
#include "shared/domain/hold.h"
#include "shared/domain/order.h"
#include "shared/domain/payment_event.h"
#include "shared/domain/product.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

/// The shop as the journal tells it: every total is the plain sum of the events, every state the
/// last that an event gave it. Written for itself, without the ledger's code, so that it can say
/// whether the ledger and its tables are right.
namespace holdfast {

/// A place where two accounts of the shop part.
struct Difference
{
    std::string where = {}; ///< "journal record 17 (hold_released)", "stock of product 3, held"
    std::string expected = {};
    std::string found = {};

    friend bool operator==(const Difference&, const Difference&) = default;
};

/// "stock of product 3, held: expected 2, found 3"
[[nodiscard]] std::string toString(const Difference& difference);

struct FoldedProduct
{
    Product product = {};
    StockLevel stock = {};
    Units heldByHolds = 0;       ///< the lines of active holds
    Units committedByOrders = 0; ///< the lines of orders that wait for payment
    std::int64_t movements = 0;  ///< changes of on-hand with a movement of their own
    bool seen = false;           ///< its row has been met
};

struct FoldedHold
{
    Hold hold = {};
    bool seen = false;
    std::size_t linesSeen = 0;
};

struct FoldedOrder
{
    Order order = {}; ///< without payments and refunds, which stand by themselves
    bool seen = false;
};

struct FoldedPayment
{
    OrderId order = {};
    Minor amountMinor = 0;
    std::string method = {};
    std::string reference = {};
    Instant at = {};
    bool seen = false;
};

struct FoldedRefund
{
    OrderId order = {};
    Minor amountMinor = 0;
    std::vector<RefundLine> lines = {};
    std::string reason = {};
    Instant at = {};
    bool seen = false;
};

struct FoldedEvent
{
    OrderId order = {};
    std::string result = {};
    Instant receivedAt = {};
    bool seen = false;
};

struct FoldedToken
{
    std::string name = {};
    Instant createdAt = {};
    std::optional<Instant> revokedAt = {};
    bool seen = false;
};

class JournalFold
{
public:
    /// Adds one event; what it tells about must be in a state in which that can happen.
    [[nodiscard]] std::optional<Difference> add(std::int64_t position, Instant at,
                                                const Event& event);

    // NOLINTBEGIN(misc-non-private-member-variables-in-classes): read out row by row.
    std::unordered_map<ProductId, FoldedProduct> products = {};
    std::unordered_map<HoldId, FoldedHold> holds = {};
    std::unordered_map<OrderId, FoldedOrder> orders = {};
    std::unordered_map<PaymentId, FoldedPayment> payments = {};
    std::unordered_map<RefundId, FoldedRefund> refunds = {};
    std::map<EventName, FoldedEvent> paymentEvents = {};
    std::vector<Alert> alerts = {};
    std::map<std::int64_t, FoldedToken> tokens = {};
    // NOLINTEND(misc-non-private-member-variables-in-classes)

private:
    [[nodiscard]] bool addToProducts(const Event& event);
    [[nodiscard]] bool addToHolds(const Event& event);
    [[nodiscard]] bool addToOrders(const Event& event);
    [[nodiscard]] bool addPayment(const Event& event);
    [[nodiscard]] bool addRefund(const Event& event);
    [[nodiscard]] bool addToRecords(const Event& event);
    [[nodiscard]] bool receivePaymentEvent(const Event& event);
    [[nodiscard]] bool forgetPaymentEvents(const Event& event);
    [[nodiscard]] bool placeHold(const Event& event);
    [[nodiscard]] bool endHold(const Event& event, HoldState end);
    [[nodiscard]] bool placeOrder(const Event& event);
    [[nodiscard]] bool endOrder(const Event& event, OrderState from, OrderState to);
    [[nodiscard]] bool moveStock(const Event& event);
    [[nodiscard]] bool fail(std::string expected, std::string found);
    void promise(const Hold& hold, int sign);
    void commit(const Order& order, int sign);

    Instant m_at = {};
    std::string m_expected; ///< of the event that did not fit
    std::string m_found;
};

} // namespace holdfast
