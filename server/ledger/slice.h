#pragma once

#include "shared/domain/command.h"
#include "shared/domain/event.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

/// The slice is the part of the shop that one batch touches: fetched by the store under the
/// ledger's lock, changed by the ledger in memory, written back by the store in one transaction.
/// Entries carry what the guards of the writes need of what was fetched.
namespace holdfast {

/// A recorded answer, byte for byte as it was sent.
struct Answer
{
    int status = 0;
    std::string body = {};
};

struct ProductEntry
{
    Product product = {};
    StockLevel stock = {};         ///< as the batch has left it so far
    std::int64_t stockVersion = 0; ///< as fetched; a batch that moves stock raises it by one
    StockLevel delta = {};         ///< what the batch has done to the stock: one guarded update
    bool isNew = false;
    bool detailsChanged = false;
};

struct HoldEntry
{
    Hold hold = {};
    HoldState fetchedState = HoldState::Active;
    bool isNew = false;
    bool changed = false;
    bool linesChanged = false;
};

struct OrderEntry
{
    Order order = {};
    OrderState fetchedState = OrderState::PendingPayment;
    bool isNew = false;
    bool changed = false;
    bool linesChanged = false;
    std::size_t fetchedPayments = 0; ///< payments behind this index are new
    std::size_t fetchedRefunds = 0;
};

struct InboxEntry
{
    InboxEvent inbox = {};
    bool isNew = false;
    bool changed = false;
    bool forgotten = false; ///< its row is to be deleted
};

struct TokenEntry
{
    std::int64_t id = 0;
    std::string name = {};
    Role role = Role::Cashier;
    std::array<std::uint8_t, 32> secretHash = {};
    Instant createdAt = {};
    std::optional<Instant> revokedAt = {};
    bool isNew = false;
    bool changed = false;
};

struct StoredAnswer
{
    RequestHash hash = {};
    Answer answer = {};
};

/// What the store has to fetch. The store closes it over what the named things reach: a hold
/// brings its products; an order brings its lines, payments, refunds and products; each product
/// brings its overdue holds (and their products), so that they end before anything is decided.
struct SliceRequest
{
    std::vector<ProductId> products = {};
    /// Units of products that bring their overdue holds only where there are too few without.
    std::vector<HoldLine> wanted = {};
    std::vector<HoldId> holds = {};
    std::vector<OrderId> orders = {};
    std::vector<AnswerKey> answers = {};
    std::vector<EventName> events = {};
    std::vector<OrderId> waitingFor = {};   ///< events that wait for these orders
    std::vector<std::string> skus = {};     ///< products by SKU …
    std::vector<std::string> barcodes = {}; ///< … and by canonical barcode
    bool ownSkus = false; ///< SKUs "P18" and on, when product 17 is the last: ours may be taken
    std::vector<std::int64_t> tokens = {};
    std::size_t overdueHoldsMax = 0; ///< of any product, oldest deadline first
    std::size_t overdueOrdersMax = 0;
    std::size_t oldEventsMax = 0;     ///< that mayBeForgotten(), the oldest first …
    std::int64_t oldEventsBehind = 0; ///< … from behind this number on
    bool counters = false;            ///< the last numbers given to orders, products and tokens
};

struct Slice
{
    std::unordered_map<ProductId, ProductEntry> products = {};
    std::unordered_map<HoldId, HoldEntry> holds = {};
    std::unordered_map<OrderId, OrderEntry> orders = {};
    std::unordered_map<AnswerKey, StoredAnswer> answers = {};
    std::map<EventName, InboxEntry> inbox = {};
    std::unordered_map<OrderId, std::vector<EventName>> waiting = {};
    std::unordered_map<std::string, ProductId> skus = {};
    std::unordered_map<std::string, ProductId> barcodes = {};
    std::unordered_map<std::int64_t, TokenEntry> tokens = {};
    std::vector<HoldId> overdueHolds = {};   ///< those the store found; contents are in `holds`
    std::vector<OrderId> overdueOrders = {}; ///< contents are in `orders`
    std::vector<EventName> oldEvents = {};   ///< contents are in `inbox`
    std::optional<std::int64_t> oldEventsLookedAt = {}; ///< there may be more behind this number
    bool overdueMore = false; ///< the touched goods may have more overdue holds than were fetched
    std::int64_t lastOrderNumber = 0;
    std::int64_t lastProductId = 0;
    std::int64_t lastTokenId = 0;
    std::int64_t journalHead = 0; ///< the last record before this batch
    /// What was committed before is told again from here, and a crash might still take it back:
    /// answers wait for a commit, also when nothing is to be written.
    bool unproven = false;

    // What the batch adds, in order.
    std::vector<Event> events = {};
    std::vector<StockMovement> movements = {};
    std::vector<Alert> alerts = {};
    std::optional<Instant> forgetAnswersBefore = {};
};

/// Those of the wanted products of which fewer units are available, each once.
[[nodiscard]] std::vector<ProductId> scarce(std::span<const HoldLine> wanted, const Slice& slice);

} // namespace holdfast
