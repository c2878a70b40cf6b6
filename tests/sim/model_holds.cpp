#include "tests/sim/model.h"

#include <algorithm>

namespace holdfast::sim {

void Model::foldHold(const Event& event, Instant at)
{
    if (event.kind == EventKind::HoldPlaced) {
        placeHold(event, at);
        return;
    }
    const auto found = m_holds.find(*event.hold);
    if (found == m_holds.end()) {
        fail(Invariant::HoldEndsOnce, "hold " + toString(*event.hold) + " was never placed");
        return;
    }
    Hold& hold = found->second;
    if (hold.state != HoldState::Active) {
        fail(Invariant::HoldEndsOnce, "hold " + toString(*event.hold) + " had ended before");
    }
    const bool overdue = hold.until <= at;
    if (overdue != (event.kind == EventKind::HoldExpired)) {
        fail(Invariant::DeadlineDecides,
             "hold " + toString(*event.hold) +
                 (overdue ? " was used after its deadline" : " expired before its deadline"));
    }
    switch (event.kind) {
    case EventKind::HoldChanged:
        changeHold(hold, event);
        break;
    case EventKind::HoldExtended:
        if (*event.until < hold.until) {
            fail(Invariant::DeadlineDecides, "an extension made a hold shorter");
        }
        hold.until = *event.until;
        break;
    case EventKind::HoldReleased:
        endHold(hold, HoldState::Released);
        break;
    default:
        endHold(hold, HoldState::Expired);
        break;
    }
}

Units Model::availableAt(ProductId id, Instant now) const
{
    const Product* found = product(id);
    if (found == nullptr) {
        return 0;
    }
    Units available = found->meant.onHand - found->meant.committed;
    for (const auto& [holdId, hold] : m_holds) {
        if (hold.state != HoldState::Active || hold.until <= now) {
            continue;
        }
        for (const HoldLine& line : hold.lines) {
            available -= line.product == id ? line.qty : 0;
        }
    }
    return available;
}

void Model::placeHold(const Event& event, Instant at)
{
    if (m_holds.contains(*event.hold)) {
        fail(Invariant::EffectHappensOnce, "hold " + toString(*event.hold) + " was placed again");
    }
    if (*event.until <= at) {
        fail(Invariant::DeadlineDecides, "a hold was overdue when it was placed");
    }
    Hold& hold = m_holds[*event.hold];
    hold.lines = event.holdLines;
    hold.until = *event.until;
    hold.owner = event.by;
    hold.tag = event.text;
    note(event.text);
    for (const HoldLine& line : hold.lines) {
        m_products[line.product].meant.held += line.qty;
    }
}

void Model::changeHold(Hold& hold, const Event& event)
{
    for (const HoldLine& line : hold.lines) {
        m_products[line.product].meant.held -= line.qty;
    }
    hold.earlierLines.push_back(std::exchange(hold.lines, event.holdLines));
    for (const HoldLine& line : hold.lines) {
        m_products[line.product].meant.held += line.qty;
    }
}

void Model::endHold(Hold& hold, HoldState end)
{
    hold.state = end;
    for (const HoldLine& line : hold.lines) {
        m_products[line.product].meant.held -= line.qty;
    }
}

} // namespace holdfast::sim
