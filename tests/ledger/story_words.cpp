#include "tests/ledger/story_shop.h"

#include "shared/domain/assert.h"

namespace holdfast {

namespace {

std::string seconds(Instant at, Instant start)
{
    const std::int64_t ms = (at - start).ms;
    std::string text = std::to_string(ms / 1000);
    if (ms % 1000 != 0) {
        text += '.' + std::to_string(1000 + ms % 1000).substr(1);
    }
    return text;
}

std::string wordsOf(const Hold& hold, Instant start)
{
    std::string text(toString(hold.state));
    for (const HoldLine& line : hold.lines) {
        text += ' ' + std::to_string(line.product.value) + 'x' + std::to_string(line.qty);
    }
    return hold.state == HoldState::Active ? text + " until " + seconds(hold.expiresAt, start)
                                           : text;
}

std::string wordsOf(const Order& order)
{
    std::string text = "order " + std::to_string(order.number) + ' ' +
                       std::string(toString(order.state)) + " total " +
                       std::to_string(order.totalMinor);
    if (order.cancelCause != CancelCause::None) {
        text += " by " + std::string(toString(order.cancelCause));
    }
    if (order.paidMinor > 0) {
        text += " paid " + std::to_string(order.paidMinor);
    }
    if (order.state == OrderState::PendingPayment) {
        text += " due " + std::to_string(order.dueMinor());
    }
    if (order.refundedMinor > 0) {
        text += " refunded " + std::to_string(order.refundedMinor);
    }
    return text;
}

std::string wordsOf(const Refused& refused)
{
    std::string text = "refused " + std::string(toString(refused.code));
    if (!refused.field.empty()) {
        text += ' ' + refused.field;
    }
    for (const ShortLine& line : refused.shortLines) {
        text += ' ' + std::to_string(line.product.value) + ':' + std::to_string(line.available) +
                '/' + std::to_string(line.requested);
    }
    if (refused.limit) {
        text += " limit " + std::to_string(*refused.limit);
    }
    return text;
}

std::string wordsOf(const StockLevel& stock)
{
    return std::to_string(stock.onHand) + '/' + std::to_string(stock.held) + '/' +
           std::to_string(stock.committed);
}

struct Words
{
    Instant start;

    std::string operator()(const Refused& refused) const { return wordsOf(refused); }
    std::string operator()(const HoldOutcome& made) const { return wordsOf(made.hold, start); }
    std::string operator()(const OrderOutcome& made) const { return wordsOf(made.order); }
    std::string operator()(const PaymentOutcome& made) const
    {
        const Payment& payment = made.payment;
        std::string text = "took " + std::to_string(payment.amountMinor);
        if (payment.roundingMinor != 0) {
            text += " rounding " + std::to_string(payment.roundingMinor);
        }
        if (payment.changeMinor != 0) {
            text += " change " + std::to_string(payment.changeMinor);
        }
        return text + "; " + wordsOf(made.order);
    }
    std::string operator()(const RefundOutcome& made) const
    {
        std::string text = "gave back " + std::to_string(made.refund.amountMinor);
        for (const RefundLine& line : made.refund.lines) {
            text += ' ' + std::to_string(line.line) + 'x' + std::to_string(line.qty) + '=' +
                    std::to_string(line.amountMinor);
        }
        return text + "; " + wordsOf(made.order);
    }
    std::string operator()(const PaymentEventOutcome& made) const
    {
        return std::string(made.duplicate ? "duplicate " : "") +
               std::string(toString(made.inbox.result)) + "; " +
               (made.orderState ? std::string(toString(*made.orderState)) : "no order");
    }
    std::string operator()(const MovementOutcome& made) const
    {
        return std::string(toString(made.movement.kind)) + ' ' + std::to_string(made.movement.qty) +
               "; " + wordsOf(made.stock);
    }
    std::string operator()(const ProductOutcome& made) const
    {
        return "product " + std::to_string(made.product.id.value) + ' ' + made.product.details.sku +
               " version " + std::to_string(made.product.version) +
               (made.product.archived ? " archived" : "") + "; " + wordsOf(made.stock);
    }
    std::string operator()(const ImportOutcome& made) const
    {
        static constexpr std::array<std::string_view, 6> words{
            "added", "changed", "unchanged", "sku_taken", "barcode_taken", "invalid"};
        std::string text = "rows";
        for (const ImportOutcome::Row row : made.rows) {
            text += ' ' + std::string(words.at(static_cast<std::size_t>(row)));
        }
        return text;
    }
    std::string operator()(const TokenOutcome& made) const
    {
        return "token " + std::to_string(made.token.id) + ' ' + made.token.name + ' ' +
               std::string(toString(made.token.role)) + (made.token.revokedAt ? " revoked" : "");
    }
    std::string operator()(const SweepOutcome& made) const
    {
        return "swept " + std::to_string(made.count) + (made.more ? " more" : "");
    }
    std::string operator()(const ReplayStored& made) const { return "again: " + made.answer.body; }
    std::string operator()(const ReplayOfCommand& made) const
    {
        return "again, like number " + std::to_string(made.index);
    }
};

} // namespace

std::string wordsOf(const Outcome& outcome, Instant start)
{
    return std::visit(Words{start}, outcome);
}

} // namespace holdfast
