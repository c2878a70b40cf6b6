#pragma once

#include "shared/domain/caller.h"
#include "shared/domain/hold.h"
#include "shared/domain/order.h"
#include "shared/domain/payment_event.h"
#include "shared/domain/pricing.h"
#include "shared/domain/product.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// Everything that may change the shop. A command is asked for; the ledger answers with an
/// outcome or a refusal, and what happened stands in the journal as events (event.h).
namespace holdfast {

struct PlaceHold
{
    HoldId id = {};
    std::vector<HoldLine> lines = {}; ///< at least one; a product named twice is merged
    bool singleForm = false;          ///< asked as {"product_id", "qty"}: decides how refusals look
    std::optional<Duration> life = {};
    std::string note = {};
    std::string terminal = {};
};

struct ChangeHold
{
    HoldId id = {};
    std::vector<HoldLine> lines = {}; ///< the whole new content
};

struct ExtendHold
{
    HoldId id = {};
    std::optional<Duration> life = {}; ///< from now; absent: the configured life
};

struct ReleaseHold
{
    HoldId id = {};
};

struct PlaceOrder
{
    OrderId id = {};
    bool idGiven = false; ///< chosen by the caller: early payment events may wait for it
    HoldId hold = {};
    std::string customerNote = {};
    std::vector<Discount> discounts = {};
};

struct CancelOrder
{
    OrderId id = {};
};

struct TakePayment
{
    PaymentId id = {};
    OrderId order = {};
    PaymentMethod method = PaymentMethod::Cash;
    std::optional<Minor> amountMinor = {}; ///< absent: all that is due
    std::optional<Minor> tenderedMinor = {};
    std::string reference = {};
};

/// One line of an order by its index, or by its product.
struct RefundRequestLine
{
    std::optional<int> line = {};
    std::optional<ProductId> product = {};
    Units qty = 0;
};

struct RefundOrder
{
    RefundId id = {};
    OrderId order = {};
    std::vector<RefundRequestLine> lines = {}; ///< either lines …
    std::optional<Minor> amountMinor = {};     ///< … or an amount
    bool restock = false;
    std::string reason = {};
};

struct ReceivePaymentEvent
{
    Uuid id = {}; ///< made by us at receipt
    PaymentEvent event = {};
};

struct MoveStock
{
    ProductId product = {};
    MovementKind kind = MovementKind::Receipt;
    Units qty = 0; ///< receipt, write-off: positive; adjustment: signed; count: what was counted
    std::string reason = {};
};

struct CreateProduct
{
    ProductDetails details = {};
    Units openingStock = 0;
};

/// Absent fields stay as they are.
struct ChangeProduct
{
    ProductId id = {};
    std::optional<std::string> sku = {};
    std::optional<std::string> name = {};
    std::optional<std::string> brand = {};
    std::optional<std::string> quantityText = {};
    std::optional<std::string> category = {};
    std::optional<std::vector<std::string>> barcodes = {};
    std::optional<Minor> priceMinor = {};
    std::optional<Currency> currency = {}; ///< what the price was read as; it cannot be changed
    std::optional<int> taxRateBp = {};
    std::optional<std::string> image = {};
    std::optional<int> favouriteRank = {};
    std::optional<std::int64_t> version = {};        ///< from the body
    std::optional<std::int64_t> ifMatchVersion = {}; ///< from If-Match
};

struct ArchiveProduct
{
    ProductId id = {};
    std::optional<std::int64_t> ifMatchVersion = {};
};

/// A piece of a catalogue, at most limits::importRowsPerCommandMax rows. A row that names a known
/// SKU or barcode changes that product: what the row leaves empty stays as it is, and so does the
/// stock. A new product opens with its stock.
struct ImportProducts
{
    struct Row
    {
        ProductDetails details = {};
        Units openingStock = 0;
        bool givesPrice = true;
        bool givesTaxRate = true;
        bool givesCategory = true; ///< else the category is the importer's guess
        bool givesImage = true;    ///< likewise
    };
    std::vector<Row> rows = {};
};

struct CreateToken
{
    std::string name = {};
    Role role = Role::Cashier;
    std::array<std::uint8_t, 32> secretHash = {}; ///< SHA-256 of the token text
};

struct RevokeToken
{
    CallerId id = {};
};

/// Ends overdue holds, at most limits::expiryChunkMax a command. The runtime asks for it.
struct ExpireHolds
{};

/// Cancels orders whose payment deadline has passed.
struct CancelOverdueOrders
{};

/// Deletes recorded answers older than limits::answerRetention.
struct ForgetAnswers
{};

/// Deletes payment events that have been settled and without interest for
/// limits::paymentEventRetention, at most limits::eventsForgottenAtOnce a command. What is kept for
/// good is among them: whoever asks again says how far the last command came.
struct ForgetPaymentEvents
{
    std::int64_t behind = 0; ///< only those behind this number
};

using Command =
    std::variant<PlaceHold, ChangeHold, ExtendHold, ReleaseHold, PlaceOrder, CancelOrder,
                 TakePayment, RefundOrder, ReceivePaymentEvent, MoveStock, CreateProduct,
                 ChangeProduct, ArchiveProduct, ImportProducts, CreateToken, RevokeToken,
                 ExpireHolds, CancelOverdueOrders, ForgetAnswers, ForgetPaymentEvents>;

/// SHA-256 over what makes two requests the same: method, path, caller and body.
using RequestHash = std::array<std::uint8_t, 32>;

/// Under what a caller may repeat a request and get the first answer: the Idempotency-Key header,
/// scoped to the caller, or the id that the caller gave to the thing it creates.
struct AnswerKey
{
    enum class Kind : std::uint8_t { Header, Id };

    Kind kind = Kind::Header;
    CallerId scope = {}; ///< Kind::Id is known to all callers: scope 0
    std::string key = {};

    friend auto operator<=>(const AnswerKey&, const AnswerKey&) = default;
};

/// A key with the hash of the request that uses it: the same key means the same request.
/// Header keys hash the body's bytes, ids its canonical form (key order and white space do not
/// make other content).
struct AnswerClaim
{
    AnswerKey key = {};
    RequestHash hash = {};
};

/// A command on its way to the ledger.
struct Envelope
{
    Command command = {};
    Caller caller = {};
    std::vector<AnswerClaim> claims = {}; ///< none, one or both kinds
    std::string requestId = {};
};

} // namespace holdfast

template <>
struct std::hash<holdfast::AnswerKey>
{
    std::size_t operator()(const holdfast::AnswerKey& key) const noexcept
    {
        return std::hash<std::string>{}(key.key) ^
               (std::hash<std::int64_t>{}(key.scope.value) << 1) ^
               static_cast<std::size_t>(key.kind);
    }
};
