#pragma once

#include "server/payments/canonical_body.h"
#include "server/payments/simulator/desk.h"
#include "server/payments/simulator/state_file.h"

#include <QStringList>

#include <random>
#include <string>

namespace holdfast::cardsim {

inline constexpr Instant start{1'700'000'000'000};
inline const std::string orderText = "018f3b1c-0000-7000-8000-000000000001";

inline Instant after(std::int64_t ms)
{
    return start + Duration{ms};
}

/// A gateway without network: the test is its clock and its receiver.
class Bench
{
public:
    explicit Bench(SimRules rules = {}, OutboxSettings settings = {})
        : outbox(
              settings, [this] { return std::uniform_real_distribution<double>(0, 1)(m_random); },
              makeId()),
          desk(rules, outbox, makeId())
    {}

    const SimPayment* create(Minor amount, std::optional<Behaviour> behaviour = std::nullopt)
    {
        const auto made = desk.create({"", orderText, amount, "EUR", behaviour}, start);
        return made ? *made : nullptr;
    }

    /// What the outbox would send at this moment: "paid 1250", …; all of it arrives.
    QStringList hear(std::int64_t ms)
    {
        QStringList heard;
        desk.tick(after(ms));
        for (const Shipment& shipment : outbox.takeDue(after(ms))) {
            const auto body = readCanonicalBody(shipment.body);
            if (!body || toString(body->order) != orderText) {
                return {QStringLiteral("a body that the shop would refuse")};
            }
            const std::string_view word = toString(body->status);
            heard << QString::fromUtf8(word.data(), qsizetype(word.size())) + QLatin1Char(' ') +
                         QString::number(body->amountMinor.value_or(-1));
            outbox.finished(shipment.deliveryId, {200}, after(ms));
        }
        return heard;
    }

    WebhookOutbox::MakeId makeId()
    {
        return [this](std::string_view prefix) {
            return std::string(prefix) + std::to_string(++m_ids);
        };
    }

private:
    std::mt19937_64 m_random{7};
    int m_ids = 0;

public:
    WebhookOutbox outbox;
    PaymentDesk desk;
};

inline QString stateOf(const SimPayment* payment)
{
    const std::string_view word = toString(payment->state);
    return QString::fromUtf8(word.data(), qsizetype(word.size()));
}

inline QString codeOf(const DeskResult& result)
{
    if (result) {
        return QStringLiteral("ok");
    }
    const std::string_view code = cardsim::codeOf(result.error());
    return QString::fromUtf8(code.data(), qsizetype(code.size()));
}

} // namespace holdfast::cardsim
