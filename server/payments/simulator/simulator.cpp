#include "server/payments/simulator/simulator.h"

#include "shared/domain/ids.h"

#include <QDebug>

#include <algorithm>
#include <limits>

namespace holdfast::cardsim {

namespace {

constexpr std::int64_t longestNapMs = 60'000;

} // namespace

Simulator::Simulator(const GatewayOptions& options, Clock clock)
    : m_clock(std::move(clock)), m_stateFile(options.stateFile.toStdString()),
      m_random(options.seed), m_ids([this] { return m_random(); }),
      m_outbox(
          options.outbox, [this] { return randomUnit(); },
          [this](std::string_view prefix) { return makeId(prefix); }),
      m_desk(options.rules, m_outbox, [this](std::string_view prefix) { return makeId(prefix); }),
      m_sender(options.webhookUrl, options.secret)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Simulator::changed);
}

Result<void, std::string> Simulator::load()
{
    if (m_stateFile.empty()) {
        return {};
    }
    auto state = loadState(m_stateFile);
    if (!state) {
        return Failure<std::string>(state.error());
    }
    m_desk.restore(std::move(state->payments));
    m_outbox.restore(std::move(state->deliveries));
    m_answers = std::move(state->answers);
    changed();
    return {};
}

void Simulator::changed()
{
    const Instant at = now();
    m_desk.tick(at);
    for (const Shipment& shipment : m_outbox.takeDue(at)) {
        m_sender.send(shipment, at, [this, id = shipment.deliveryId](const AttemptResult& result) {
            report(id, result);
        });
    }
    if (!m_stateFile.empty()) {
        const auto saved =
            saveState(m_stateFile, m_desk.payments(), m_outbox.deliveries(), m_answers);
        if (!saved) {
            qWarning("%s", saved.error().c_str());
        }
    }
    wakeWhenDue();
}

void Simulator::report(const std::string& deliveryId, const AttemptResult& result)
{
    m_outbox.finished(deliveryId, result, now());
    changed();
}

void Simulator::wakeWhenDue()
{
    const auto desk = m_desk.nextDue();
    const auto outbox = m_outbox.nextDue();
    if (!desk && !outbox) {
        m_timer.stop();
        return;
    }
    const Instant never{std::numeric_limits<std::int64_t>::max()};
    const Instant next = std::min(desk.value_or(never), outbox.value_or(never));
    const std::int64_t wait = std::clamp((next - now()).ms, std::int64_t{0}, longestNapMs);
    m_timer.start(static_cast<int>(wait));
}

std::string Simulator::makeId(std::string_view prefix)
{
    return std::string(prefix) + toString(m_ids.make(now().ms));
}

double Simulator::randomUnit()
{
    return std::uniform_real_distribution<double>(0, 1)(m_random);
}

} // namespace holdfast::cardsim
