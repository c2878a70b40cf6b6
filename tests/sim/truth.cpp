#include "tests/sim/auditor.h"

#include "shared/domain/assert.h"

#include <algorithm>
#include <array>

namespace holdfast::sim {

namespace {

std::vector<HoldLine> merged(const std::vector<HoldLine>& asked)
{
    std::vector<HoldLine> lines;
    for (const HoldLine& line : asked) {
        const auto known = std::find_if(lines.begin(), lines.end(), [&line](const HoldLine& other) {
            return other.product == line.product;
        });
        if (known == lines.end()) {
            lines.push_back(line);
        } else {
            known->qty += line.qty;
        }
    }
    return lines;
}

/// What a success claims, command by command. Each returns what is wrong with it, or nothing.
class Success
{
    // First, as their types are deduced.
    /// What the answer names; the id must be the caller's, if it gave one.
    template <class Id, class Find>
    auto named(std::string_view field, Id asked, Find find) const
    {
        const auto id = parseUuid(fieldOf(m_body, field));
        const bool fits = id && (m_request.makesId || *id == asked.value);
        return fits ? (m_model.*find)(Id{*id}) : nullptr;
    }

    template <class Parts>
    bool hasAmount(const Parts& parts, std::string_view field) const
    {
        const auto id = parseUuid(fieldOf(m_body, field));
        return std::any_of(parts.begin(), parts.end(), [&](const auto& part) {
            return part.first.value == id &&
                   std::to_string(part.second) == fieldOf(m_body, "amount_minor");
        });
    }

public:
    Success(const Model& model, const Request& request, std::string_view body)
        : m_model(model), m_request(request), m_body(body)
    {}

    std::string_view operator()(const PlaceHold& command) const
    {
        const Model::Hold* hold = named<HoldId>("hold_id", command.id, &Model::hold);
        if (hold == nullptr) {
            return "the hold was never placed";
        }
        const auto& first = hold->earlierLines.empty() ? hold->lines : hold->earlierLines.front();
        if (first != merged(command.lines) || hold->tag != m_request.tag) {
            return "the hold that was placed is another one";
        }
        return {};
    }
    std::string_view operator()(const ChangeHold& command) const
    {
        const Model::Hold* hold = m_model.hold(command.id);
        const std::vector<HoldLine> lines = merged(command.lines);
        const bool had =
            hold != nullptr &&
            (hold->lines == lines || std::find(hold->earlierLines.begin(), hold->earlierLines.end(),
                                               lines) != hold->earlierLines.end());
        return had ? "" : "the hold never had these lines";
    }
    std::string_view operator()(const ExtendHold& command) const
    {
        const Model::Hold* hold = m_model.hold(command.id);
        // Times of equal length: their texts are ordered like them.
        const bool kept = hold != nullptr && fieldOf(m_body, "expires_at") <= toString(hold->until);
        return kept ? "" : "the hold was not extended so far";
    }
    std::string_view operator()(const ReleaseHold& command) const
    {
        const Model::Hold* hold = m_model.hold(command.id);
        return hold != nullptr && hold->state == HoldState::Released ? ""
                                                                     : "the hold is not released";
    }
    std::string_view operator()(const PlaceOrder& command) const
    {
        const Model::Order* order = named<OrderId>("order_id", command.id, &Model::order);
        return order != nullptr && order->hold == command.hold ? "" : "the order was never placed";
    }
    std::string_view operator()(const CancelOrder& command) const
    {
        const Model::Order* order = m_model.order(command.id);
        return order != nullptr && order->cancelled ? "" : "the order was never cancelled";
    }
    std::string_view operator()(const TakePayment& command) const
    {
        const Model::Order* order = m_model.order(command.order);
        return order != nullptr && hasAmount(order->payments, "payment_id")
                   ? ""
                   : "the payment was never taken";
    }
    std::string_view operator()(const RefundOrder& command) const
    {
        const Model::Order* order = m_model.order(command.order);
        return order != nullptr && hasAmount(order->refunds, "refund_id")
                   ? ""
                   : "the refund was never made";
    }
    std::string_view operator()(const ReceivePaymentEvent& command) const
    {
        const Model::PaymentEvent* event =
            m_model.event({command.event.gateway, command.event.key});
        if (event == nullptr) {
            return "the event is not in the journal";
        }
        const std::string_view told = fieldOf(m_body, "result");
        const auto& earlier = event->earlierResults;
        const bool right = told == "waiting"
                               ? event->waited
                               : told == event->result || std::find(earlier.begin(), earlier.end(),
                                                                    told) != earlier.end();
        return right ? "" : "the event had another result";
    }
    std::string_view operator()(const ArchiveProduct& /*command*/) const
    {
        return {}; // leaves no mark of its own
    }
    template <class Other>
    std::string_view operator()(const Other& /*command*/) const
    {
        return m_model.effects(m_request.tag) == 1 ? "" : "it has not happened";
    }

private:
    const Model& m_model;
    const Request& m_request;
    std::string_view m_body;
};

/// The hold that a command uses, or nothing.
std::optional<HoldId> usedHold(const Command& command)
{
    if (const auto* change = std::get_if<ChangeHold>(&command)) {
        return change->id;
    }
    if (const auto* extend = std::get_if<ExtendHold>(&command)) {
        return extend->id;
    }
    if (const auto* release = std::get_if<ReleaseHold>(&command)) {
        return release->id;
    }
    if (const auto* order = std::get_if<PlaceOrder>(&command)) {
        return order->hold;
    }
    return std::nullopt;
}

/// What a refusal of a hold says about it.
std::string_view wrongAboutHold(const Model& model, HoldId id, std::string_view code,
                                std::string_view body)
{
    const Model::Hold* hold = model.hold(id);
    if (code == "hold_expired") {
        return hold != nullptr && hold->state == HoldState::Expired ? "" : "it has not expired";
    }
    if (code == "hold_released") {
        return hold != nullptr && hold->state == HoldState::Released ? "" : "it is not released";
    }
    if (code == "hold_consumed") {
        return hold != nullptr && hold->state == HoldState::Consumed &&
                       fieldOf(body, "order_id") == toString(hold->order)
                   ? ""
                   : "no such order has used it";
    }
    return {};
}

std::string_view wrongAboutRefusal(const Model& model, const Request& request,
                                   std::string_view body, std::string_view code)
{
    const auto hold = usedHold(request.envelope.command);
    if (hold) {
        if (const auto wrong = wrongAboutHold(model, *hold, code, body); !wrong.empty()) {
            return wrong;
        }
    }
    // Under a key that was used otherwise, that other use may have happened.
    const bool reused = code == "idempotency_key_reused" || code == "id_conflict" ||
                        code == "idempotency_in_progress";
    return !reused && model.effects(request.tag) > 0 ? "it has happened all the same" : "";
}

} // namespace

void checkTruth(const Model& model, Verdict& verdict, const Request& request, int status,
                std::string_view body)
{
    const auto complain = [&](Invariant invariant, std::string_view wrong) {
        verdict.fail(invariant, "request " + std::to_string(request.number) + " (" +
                                    std::string(wordOf(request.envelope.command)) +
                                    "): " + std::string(wrong) + ", but the answer was " +
                                    std::to_string(status) + ' ' + std::string(body));
    };
    if (status < 300) {
        const auto wrong = std::visit(Success(model, request, body), request.envelope.command);
        if (!wrong.empty()) {
            complain(Invariant::AnswerIsTrue, wrong);
        }
        return;
    }
    if (status >= 500) {
        // "Nothing was changed" must be so; of what may be asked again, another attempt may do it.
        const bool denies = body.find("nothing was changed") != std::string_view::npos;
        if (denies && !request.repeatable && model.effects(request.tag) > 0) {
            complain(Invariant::AnswerIsTrue, "it has happened all the same");
        }
        return;
    }
    const std::string_view code = fieldOf(body, "code");
    if (request.targetKnown && (code == "hold_not_found" || code == "order_not_found")) {
        complain(Invariant::AcknowledgedIsKept, "it was there before");
    }
    if (const auto wrong = wrongAboutRefusal(model, request, body, code); !wrong.empty()) {
        complain(Invariant::AnswerIsTrue, wrong);
    }
}

std::string_view wordOf(const Command& command)
{
    static constexpr std::array<std::string_view, std::variant_size_v<Command>> words{
        "place hold",     "change hold",    "extend hold",     "release hold",   "place order",
        "cancel order",   "take payment",   "refund order",    "payment event",  "move stock",
        "create product", "change product", "archive product", "import",         "create token",
        "revoke token",   "expire holds",   "cancel overdue",  "forget answers", "forget events"};
    return words.at(command.index());
}

} // namespace holdfast::sim
