// What the till asks the server or the card gateway to do, and what came of it. Plain values: they
// are stored before they are sent, and cross from the GUI thread to the worker and back.
#pragma once

#include <QByteArray>
#include <QString>

namespace holdfast {

enum class CommandKind {
    PlaceHold,
    ChangeHold,
    ExtendHold,
    ReleaseHold,
    PlaceOrder,
    CancelOrder,
    CashPayment,
    CardStart,
    CardCancel,
};

enum class Endpoint { Server, Gateway };

/// `id` is a UUIDv7 made by the till. It is also the Idempotency-Key, so that sending a command
/// twice has one effect and one answer.
struct ClientCommand
{
    QString id;
    QString saleId;
    CommandKind kind = CommandKind::PlaceHold;
    Endpoint endpoint = Endpoint::Server;
    QByteArray verb; ///< POST, PATCH or DELETE
    QString path;    ///< below the endpoint's base URL
    QByteArray body; ///< JSON, may be empty

    friend bool operator==(const ClientCommand&, const ClientCommand&) = default;
};

enum class Outcome {
    Success,
    Refusal, ///< the other side understood and said no; nothing happened
};

/// There is no "unknown" here: an unknown outcome is retried with the same id until it is known.
struct CommandAnswer
{
    QString commandId;
    QString saleId;
    CommandKind kind = CommandKind::PlaceHold;
    Outcome outcome = Outcome::Success;
    int status = 0;
    QByteArray body;

    friend bool operator==(const CommandAnswer&, const CommandAnswer&) = default;
};

} // namespace holdfast
