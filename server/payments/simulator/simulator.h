#pragma once

#include "server/payments/simulator/desk.h"
#include "server/payments/simulator/options.h"
#include "server/payments/simulator/outbox.h"
#include "server/payments/simulator/sender.h"
#include "server/payments/simulator/state_file.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <random>

namespace holdfast::cardsim {

/// Drives the passive parts on one thread: wakes them when something is due, sends what the outbox
/// hands out, and writes the state file after every change.
class Simulator : public QObject
{
    Q_OBJECT

public:
    using Clock = std::function<Instant()>;

    Simulator(const GatewayOptions& options, Clock clock);

    /// Reads the state file. The error is one line for the person who starts the program.
    [[nodiscard]] Result<void, std::string> load();

    [[nodiscard]] PaymentDesk& desk() { return m_desk; }
    [[nodiscard]] WebhookOutbox& outbox() { return m_outbox; }
    [[nodiscard]] KeptAnswers& answers() { return m_answers; }
    [[nodiscard]] Instant now() const { return m_clock(); }

    /// To be called after every change: does what is due and keeps the rest on the timer.
    void changed();

private:
    void report(const std::string& deliveryId, const AttemptResult& result);
    void wakeWhenDue();
    [[nodiscard]] std::string makeId(std::string_view prefix);
    [[nodiscard]] double randomUnit();

    Clock m_clock;
    std::string m_stateFile;
    std::mt19937_64 m_random;
    UuidV7Maker m_ids;
    WebhookOutbox m_outbox;
    PaymentDesk m_desk;
    KeptAnswers m_answers;
    WebhookSender m_sender;
    QTimer m_timer;
};

} // namespace holdfast::cardsim
