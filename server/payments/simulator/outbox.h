#pragma once

#include "server/payments/simulator/sim_types.h"

#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace holdfast::cardsim {

struct OutboxSettings
{
    bool hasReceiver = true; ///< without one, webhooks are listed but not sent
    Duration extraDelay;     ///< every webhook is held back this long
    int copies = 1;          ///< every webhook is sent at least this often
    Duration reorderWindow;  ///< each is held back a random part of this too, so they overtake
    double dropRate = 0;     ///< this part of all sendings or of their answers is lost
    Duration retryBase{500};
    Duration retryMax{30'000};
    int attemptsMax = 20;
};

/// What the sender shall do for one attempt.
struct Shipment
{
    std::string deliveryId;
    std::string webhookId;
    std::string body;
    bool loseAnswer = false; ///< send it, but act as if no answer had come
};

struct AttemptResult
{
    int httpStatus = 0; ///< 0: no answer, see error
    std::string error = {};
    std::optional<Duration> retryAfter = {}; ///< what the receiver asked for
};

/// Exponential: base, 2 × base, 4 × base, … up to `retryMax`, each times a factor between a half
/// and one, so that webhooks which failed together do not come back together.
/// `failures` ≥ 1; `unit` is in [0, 1).
[[nodiscard]] Duration backOff(const OutboxSettings& settings, int failures, double unit);

/// Webhooks until they are delivered or given up. Passive: something outside takes what is due,
/// sends it and reports back. Not thread-safe.
class WebhookOutbox
{
public:
    using RandomUnit = std::function<double()>; ///< in [0, 1)
    using MakeId = std::function<std::string(std::string_view prefix)>;

    WebhookOutbox(OutboxSettings settings, RandomUnit random, MakeId makeId);

    void add(const SimPayment& payment, const Notice& notice, Instant now);

    /// Everything whose time has come, now in state Sending.
    [[nodiscard]] std::vector<Shipment> takeDue(Instant now);
    void finished(std::string_view deliveryId, const AttemptResult& result, Instant now);

    /// Sends a webhook once more, whatever became of it. False when there is none of that id.
    [[nodiscard]] bool resend(std::string_view deliveryId, Instant now);

    [[nodiscard]] std::optional<Instant> nextDue() const;
    [[nodiscard]] const std::vector<Delivery>& deliveries() const { return m_deliveries; }

    /// Puts back what a state file held; what was being sent then is sent again.
    void restore(std::vector<Delivery> deliveries);

private:
    [[nodiscard]] Delivery* find(std::string_view deliveryId);
    void loseRequest(Delivery& delivery, Instant now);
    void schedule(Delivery& delivery, Instant at);
    void retryOrGiveUp(Delivery& delivery, std::optional<Duration> retryAfter, Instant now);

    OutboxSettings m_settings;
    RandomUnit m_random;
    MakeId m_makeId;
    std::vector<Delivery> m_deliveries;
    std::map<std::string, std::size_t, std::less<>> m_index;
    std::multimap<Instant, std::size_t> m_due;
};

} // namespace holdfast::cardsim
