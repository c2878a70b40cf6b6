#include "server/ledger/ledger.h"

namespace holdfast {

namespace {

/// Collects what each command needs. The caller's own id of a new thing is looked up only when it
/// chose it: an id that we made is new.
class Touch
{
public:
    explicit Touch(SliceRequest& request) : m_request(request) {}

    void setIdGiven(bool given) { m_idGiven = given; }

    void operator()(const PlaceHold& command)
    {
        if (m_idGiven) {
            m_request.holds.push_back(command.id);
        }
        m_request.wanted.insert(m_request.wanted.end(), command.lines.begin(), command.lines.end());
    }
    void operator()(const ChangeHold& command)
    {
        m_request.holds.push_back(command.id);
        for (const HoldLine& line : command.lines) {
            m_request.products.push_back(line.product);
        }
    }
    void operator()(const ExtendHold& command) { m_request.holds.push_back(command.id); }
    void operator()(const ReleaseHold& command) { m_request.holds.push_back(command.id); }
    void operator()(const PlaceOrder& command)
    {
        m_request.holds.push_back(command.hold);
        m_request.counters = true;
        if (command.idGiven) {
            m_request.orders.push_back(command.id);
            m_request.waitingFor.push_back(command.id);
        }
    }
    void operator()(const CancelOrder& command) { m_request.orders.push_back(command.id); }
    void operator()(const TakePayment& command) { m_request.orders.push_back(command.order); }
    void operator()(const RefundOrder& command) { m_request.orders.push_back(command.order); }
    void operator()(const ReceivePaymentEvent& command)
    {
        m_request.orders.push_back(command.event.order);
        m_request.events.emplace_back(command.event.gateway, command.event.key);
    }
    void operator()(const MoveStock& command) { m_request.products.push_back(command.product); }
    void operator()(const CreateProduct& command)
    {
        m_request.counters = true;
        addNames(command.details);
    }
    void operator()(const ChangeProduct& command)
    {
        m_request.products.push_back(command.id);
        if (command.sku) {
            m_request.skus.push_back(*command.sku);
        }
        if (command.barcodes) {
            addAll(m_request.barcodes, *command.barcodes);
        }
    }
    void operator()(const ArchiveProduct& command) { m_request.products.push_back(command.id); }
    void operator()(const ImportProducts& command)
    {
        m_request.counters = true;
        for (const ImportProducts::Row& row : command.rows) {
            addNames(row.details);
        }
    }
    void operator()(const CreateToken& /*command*/) { m_request.counters = true; }
    void operator()(const RevokeToken& command) { m_request.tokens.push_back(command.id.value); }
    void operator()(const ExpireHolds& /*command*/)
    {
        m_request.overdueHoldsMax = limits::expiryChunkMax;
    }
    void operator()(const CancelOverdueOrders& /*command*/)
    {
        m_request.overdueOrdersMax = limits::expiryChunkMax;
    }
    void operator()(const ForgetAnswers& /*command*/) {}
    void operator()(const ForgetPaymentEvents& command)
    {
        m_request.oldEventsBehind = command.behind;
        m_request.oldEventsMax = limits::eventsForgottenAtOnce;
    }

private:
    void addNames(const ProductDetails& details)
    {
        if (details.sku.empty()) {
            m_request.ownSkus = true;
        } else {
            m_request.skus.push_back(details.sku);
        }
        addAll(m_request.barcodes, details.barcodes);
    }

    static void addAll(std::vector<std::string>& to, const std::vector<std::string>& from)
    {
        to.insert(to.end(), from.begin(), from.end());
    }

    SliceRequest& m_request;
    bool m_idGiven = false;
};

bool choseId(const Envelope& envelope)
{
    for (const AnswerClaim& claim : envelope.claims) {
        if (claim.key.kind == AnswerKey::Kind::Id) {
            return true;
        }
    }
    return false;
}

} // namespace

SliceRequest Ledger::touched(std::span<const Envelope> batch)
{
    SliceRequest request;
    Touch touch(request);
    for (const Envelope& envelope : batch) {
        touch.setIdGiven(choseId(envelope));
        std::visit(touch, envelope.command);
        for (const AnswerClaim& claim : envelope.claims) {
            request.answers.push_back(claim.key);
        }
    }
    return request;
}

} // namespace holdfast
