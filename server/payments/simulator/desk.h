#pragma once

#include "server/payments/simulator/outbox.h"
#include "server/payments/simulator/rules.h"
#include "shared/domain/result.h"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::cardsim {

struct PaymentRequest
{
    std::string id = {}; ///< the caller's own id, or empty
    std::string orderId = {};
    Minor amountMinor = 0;
    std::string currency = {};
    std::optional<Behaviour> behaviour = {};
};

enum class DeskRefusal {
    PaymentUnknown, ///< 404
    IdConflict,     ///< 409: the id names another payment
    CancelTooLate,  ///< 409: approved, or as good as
    PaymentFinal,   ///< 409: declined, cancelled or refunded
    NotRefundable,  ///< 409: nothing was paid, or all is refunded
    RefundTooLarge, ///< 422
    TooManyPayments ///< 503
};

[[nodiscard]] std::string_view codeOf(DeskRefusal refusal);
[[nodiscard]] int httpStatusOf(DeskRefusal refusal);

using DeskResult = Result<const SimPayment*, DeskRefusal>;

/// Where payments are made, decided, cancelled and refunded; each change goes into the outbox as
/// a webhook. Passive: something outside ticks it. Not thread-safe. Pointers stay good for ever.
class PaymentDesk
{
public:
    PaymentDesk(SimRules rules, WebhookOutbox& outbox, WebhookOutbox::MakeId makeId);

    [[nodiscard]] DeskResult create(const PaymentRequest& request, Instant now);

    /// Asking is what ends a silence: see Behaviour::Silent.
    [[nodiscard]] DeskResult ask(std::string_view id, Instant now);

    [[nodiscard]] DeskResult approve(std::string_view id, Instant now);
    [[nodiscard]] DeskResult decline(std::string_view id, const std::string& reason, Instant now);

    /// Succeeds only when it came in time: afterwards the payment will never be approved.
    [[nodiscard]] DeskResult cancel(std::string_view id, Instant now);

    /// Without an amount, all that is left.
    [[nodiscard]] DeskResult refund(std::string_view id, std::optional<Minor> amountMinor,
                                    Instant now);

    /// Decides every payment whose time has come.
    void tick(Instant now);
    [[nodiscard]] std::optional<Instant> nextDue() const;

    [[nodiscard]] const std::deque<SimPayment>& payments() const { return m_payments; }
    void restore(std::vector<SimPayment> payments);

private:
    [[nodiscard]] SimPayment* find(std::string_view id);
    void insert(SimPayment payment);
    void decide(SimPayment& payment, Instant now);
    void close(SimPayment& payment, PaymentState state, const std::string& reason, Instant now);
    void approveNow(SimPayment& payment, Instant now);

    SimRules m_rules;
    WebhookOutbox& m_outbox;
    WebhookOutbox::MakeId m_makeId;
    std::deque<SimPayment> m_payments;
    std::map<std::string, SimPayment*, std::less<>> m_byId;
    std::multimap<Instant, SimPayment*> m_due;
};

} // namespace holdfast::cardsim
