#pragma once

#include "server/ledger/slice.h"
#include "shared/domain/refusal.h"

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

/// What the ledger answers to a command: copies of what it has made, or a refusal.
namespace holdfast {

struct HoldOutcome
{
    Hold hold = {};
};

struct OrderOutcome
{
    Order order = {};
};

struct PaymentOutcome
{
    Order order = {};
    Payment payment = {};
};

struct RefundOutcome
{
    Order order = {};
    Refund refund = {};
};

struct PaymentEventOutcome
{
    InboxEvent inbox = {};
    std::optional<OrderState> orderState = {}; ///< absent while the order does not exist
    bool duplicate = false;
};

struct MovementOutcome
{
    StockMovement movement = {};
    StockLevel stock = {};
};

struct ProductOutcome
{
    Product product = {};
    StockLevel stock = {};
    std::int64_t stockVersion = 0;
};

struct ImportOutcome
{
    enum class Row { Added, Changed, Unchanged, SkuTaken, BarcodeTaken, InvalidField };
    std::vector<Row> rows = {}; ///< one for each row of the command
};

struct TokenOutcome
{
    TokenEntry token = {};
};

struct SweepOutcome
{
    std::size_t count = 0;
    bool more = false;       ///< the chunk was full: ask again at once
    std::int64_t behind = 0; ///< for the next ForgetPaymentEvents
};

/// The recorded answer of an earlier request, or of an earlier command of this very batch.
struct ReplayStored
{
    Answer answer = {};
};

struct ReplayOfCommand
{
    std::size_t index = 0;
};

using Outcome = std::variant<Refused, HoldOutcome, OrderOutcome, PaymentOutcome, RefundOutcome,
                             PaymentEventOutcome, MovementOutcome, ProductOutcome, ImportOutcome,
                             TokenOutcome, SweepOutcome, ReplayStored, ReplayOfCommand>;

struct Decision
{
    Outcome outcome = {};
    bool known = false; ///< answered from an earlier request; nothing was decided anew
    std::vector<AnswerClaim> record = {}; ///< under which keys the answer is to be kept
};

} // namespace holdfast
