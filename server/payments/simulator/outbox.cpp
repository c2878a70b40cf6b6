#include "server/payments/simulator/outbox.h"

#include "server/payments/simulator/sim_json.h"
#include "shared/domain/assert.h"

#include <algorithm>
#include <cmath>

namespace holdfast::cardsim {

namespace {

constexpr const char* lostOnTheWay = "lost on the way";

} // namespace

Duration backOff(const OutboxSettings& settings, int failures, double unit)
{
    HOLDFAST_ASSERT(failures >= 1);
    const double wanted =
        static_cast<double>(settings.retryBase.ms) * std::exp2(std::min(failures - 1, 40));
    const double longest = std::min(wanted, static_cast<double>(settings.retryMax.ms));
    return Duration{static_cast<std::int64_t>(longest * (0.5 + unit / 2))};
}

WebhookOutbox::WebhookOutbox(OutboxSettings settings, RandomUnit random, MakeId makeId)
    : m_settings(settings), m_random(std::move(random)), m_makeId(std::move(makeId))
{}

void WebhookOutbox::add(const SimPayment& payment, const Notice& notice, Instant now)
{
    Delivery delivery;
    delivery.webhookId = m_makeId("msg_");
    delivery.eventId = m_makeId("evt_");
    delivery.paymentId = payment.id;
    delivery.status = notice.status;
    delivery.body = webhookBody(payment, notice, delivery.eventId);
    delivery.createdAt = now;
    const int copies = std::max(notice.copies, m_settings.copies);
    for (int copy = 0; copy < copies; ++copy) {
        delivery.id = m_makeId("whd_");
        delivery.losses = notice.losses;
        m_index.emplace(delivery.id, m_deliveries.size());
        m_deliveries.push_back(delivery);
        if (!m_settings.hasReceiver) {
            m_deliveries.back().state = DeliveryState::NotSent;
            continue;
        }
        const double held = static_cast<double>(m_settings.reorderWindow.ms) * m_random();
        const Duration shuffle{static_cast<std::int64_t>(held)};
        schedule(m_deliveries.back(), now + notice.delay + m_settings.extraDelay + shuffle);
    }
}

std::vector<Shipment> WebhookOutbox::takeDue(Instant now)
{
    std::vector<Shipment> shipments;
    while (!m_due.empty() && m_due.begin()->first <= now) {
        Delivery& delivery = m_deliveries[m_due.begin()->second];
        m_due.erase(m_due.begin());
        if (delivery.state != DeliveryState::Waiting) {
            continue;
        }
        // Half of the drop rate falls on requests, the other half on answers: the sender cannot
        // tell them apart, but the receiver gets a duplicate only from the second.
        const double luck = m_random();
        if (delivery.losses > 0 || luck < m_settings.dropRate / 2) {
            loseRequest(delivery, now);
            continue;
        }
        delivery.state = DeliveryState::Sending;
        delivery.attempts.push_back({now, 0, {}});
        shipments.push_back(
            {delivery.id, delivery.webhookId, delivery.body, luck < m_settings.dropRate});
    }
    return shipments;
}

void WebhookOutbox::loseRequest(Delivery& delivery, Instant now)
{
    delivery.losses = std::max(delivery.losses - 1, 0);
    delivery.attempts.push_back({now, 0, lostOnTheWay});
    retryOrGiveUp(delivery, std::nullopt, now);
}

void WebhookOutbox::finished(std::string_view deliveryId, const AttemptResult& result, Instant now)
{
    Delivery* const delivery = find(deliveryId);
    HOLDFAST_ASSERT(delivery != nullptr && !delivery->attempts.empty());
    Attempt& attempt = delivery->attempts.back();
    attempt.httpStatus = result.httpStatus;
    attempt.error = result.error;
    if (result.httpStatus >= 200 && result.httpStatus < 300) {
        delivery->state = DeliveryState::Delivered;
        return;
    }
    retryOrGiveUp(*delivery, result.retryAfter, now);
}

void WebhookOutbox::retryOrGiveUp(Delivery& delivery, std::optional<Duration> retryAfter,
                                  Instant now)
{
    const auto failures = static_cast<int>(delivery.attempts.size());
    if (failures >= m_settings.attemptsMax) {
        delivery.state = DeliveryState::GivenUp;
        return;
    }
    Duration wait = backOff(m_settings, failures, m_random());
    if (retryAfter) {
        wait = std::max(wait, std::min(*retryAfter, m_settings.retryMax));
    }
    schedule(delivery, now + wait);
}

bool WebhookOutbox::resend(std::string_view deliveryId, Instant now)
{
    Delivery* const delivery = find(deliveryId);
    if (delivery == nullptr) {
        return false;
    }
    if (delivery->state != DeliveryState::Sending && m_settings.hasReceiver) {
        const auto index = static_cast<std::size_t>(delivery - m_deliveries.data());
        std::erase_if(m_due, [index](const auto& entry) { return entry.second == index; });
        schedule(*delivery, now);
    }
    return true;
}

std::optional<Instant> WebhookOutbox::nextDue() const
{
    return m_due.empty() ? std::nullopt : std::optional(m_due.begin()->first);
}

void WebhookOutbox::restore(std::vector<Delivery> deliveries)
{
    m_deliveries = std::move(deliveries);
    m_index.clear();
    m_due.clear();
    for (std::size_t index = 0; index < m_deliveries.size(); ++index) {
        Delivery& delivery = m_deliveries[index];
        m_index.emplace(delivery.id, index);
        const bool unfinished =
            delivery.state == DeliveryState::Waiting || delivery.state == DeliveryState::Sending;
        if (unfinished && m_settings.hasReceiver) {
            schedule(delivery, delivery.dueAt);
        }
    }
}

Delivery* WebhookOutbox::find(std::string_view deliveryId)
{
    const auto found = m_index.find(deliveryId);
    return found == m_index.end() ? nullptr : &m_deliveries[found->second];
}

void WebhookOutbox::schedule(Delivery& delivery, Instant at)
{
    delivery.state = DeliveryState::Waiting;
    delivery.dueAt = at;
    const auto index = static_cast<std::size_t>(&delivery - m_deliveries.data());
    m_due.emplace(at, index);
}

} // namespace holdfast::cardsim
