// Small steps that both a person's wishes and the server's answers take. Internal to the machine.
#pragma once

#include "app/session/sale.h"

namespace holdfast::rules {

[[nodiscard]] bool isEditable(const Sale& sale);
[[nodiscard]] SaleLine* lineOf(Sale& sale, const QString& lineId);
/// What the hold should contain: refused lines ask for no more than they have.
[[nodiscard]] QList<wire::LineWanted> wantedLines(const Sale& sale);
/// The same goods and quantities, in whatever order.
[[nodiscard]] bool sameLines(QList<wire::LineWanted> a, QList<wire::LineWanted> b);
/// Gives each line its share of the hold.
void syncPromises(Sale& sale);
/// The units are gone; the cart stays and a person decides.
void expireHold(Sale& sale);
/// The order is over without money: its units are free again, the cart asks for them anew.
void dropOrder(Sale& sale);
/// The attempt to take money is over, nothing was taken.
void endAttempt(Sale& sale, PayPhase phase, PayMessage message);
void declineCard(Sale& sale, PayMessage message);

} // namespace holdfast::rules
