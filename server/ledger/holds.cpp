#include "server/ledger/batch.h"

#include "shared/domain/assert.h"

#include <algorithm>

namespace holdfast {

namespace {

std::vector<StockDelta> heldDeltas(const std::vector<HoldLine>& lines, int sign)
{
    std::vector<StockDelta> deltas;
    deltas.reserve(lines.size());
    for (const HoldLine& line : lines) {
        deltas.push_back({line.product, {.onHand = 0, .held = sign * line.qty, .committed = 0}});
    }
    return deltas;
}

Units qtyOf(const std::vector<HoldLine>& lines, ProductId product)
{
    const auto at = std::find_if(lines.begin(), lines.end(), [product](const HoldLine& line) {
        return line.product == product;
    });
    return at == lines.end() ? 0 : at->qty;
}

std::string lineField(std::size_t index, std::string_view name)
{
    return "lines." + std::to_string(index) + "." + std::string(name);
}

/// One line for each product, in the order of asking; unknown goods are refused.
Result<std::vector<HoldLine>, Refused> mergeLines(Batch& batch, const std::vector<HoldLine>& asked,
                                                  bool singleForm)
{
    std::vector<HoldLine> merged;
    merged.reserve(asked.size());
    for (std::size_t index = 0; index < asked.size(); ++index) {
        const HoldLine& line = asked[index];
        HOLDFAST_ASSERT(line.qty >= 1 && line.qty <= limits::quantityMax);
        if (batch.sellable(line.product) == nullptr) {
            if (singleForm) {
                return Failure<Refused>(Refused{.code = RefusalCode::ProductNotFound});
            }
            return Failure<Refused>(
                invalidField(lineField(index, "product_id"), "no such product"));
        }
        const auto known =
            std::find_if(merged.begin(), merged.end(),
                         [&line](const HoldLine& other) { return other.product == line.product; });
        if (known == merged.end()) {
            merged.push_back(line);
        } else if (known->qty + line.qty > limits::quantityMax) {
            return Failure<Refused>(invalidField(
                lineField(index, "qty"), "more than 1000000 of one product in all lines together"));
        } else {
            known->qty += line.qty;
        }
    }
    return merged;
}

/// Every line that cannot be served, when the units of `kept` are given back first.
std::vector<ShortLine> shortLines(Batch& batch, const std::vector<HoldLine>& wanted,
                                  const std::vector<HoldLine>& kept)
{
    std::vector<ShortLine> found;
    for (const HoldLine& line : wanted) {
        const Units available = batch.available(line.product) + qtyOf(kept, line.product);
        if (line.qty > available) {
            found.push_back({line.product, line.qty, available});
        }
    }
    return found;
}

Result<Duration, Refused> lifeFor(const Batch& batch, std::optional<Duration> asked)
{
    const Duration max =
        batch.caller().role == Role::Kiosk ? limits::kioskHoldLifeMax : limits::holdLifeMax;
    const Duration life = asked.value_or(std::min(batch.rules().holdLife, max));
    if (asked && (life < limits::holdLifeMin || life > max)) {
        return Failure<Refused>(
            invalidField("ttl_seconds",
                         "must be from 1 to " + std::to_string(max.ms / 1000) + " for this role"));
    }
    return life;
}

/// The hold when it can still be used, else why not.
Result<HoldEntry*, Refused> activeHold(Batch& batch, HoldId id)
{
    HoldEntry* entry = batch.hold(id);
    if (entry == nullptr) {
        return Failure<Refused>(Refused{.code = RefusalCode::HoldNotFound});
    }
    if (entry->hold.overdueAt(batch.now())) {
        endHold(batch, *entry, HoldState::Expired);
    }
    if (entry->hold.state != HoldState::Active) {
        return Failure<Refused>(holdHasEnded(entry->hold));
    }
    return entry;
}

/// What a change of lines does to the counters: new minus old, products without change left out.
std::vector<StockDelta> changeDeltas(const std::vector<HoldLine>& before,
                                     const std::vector<HoldLine>& after)
{
    std::vector<StockDelta> deltas;
    const auto add = [&deltas](ProductId product, Units held) {
        if (held != 0) {
            deltas.push_back({product, {.onHand = 0, .held = held, .committed = 0}});
        }
    };
    for (const HoldLine& line : after) {
        add(line.product, line.qty - qtyOf(before, line.product));
    }
    for (const HoldLine& line : before) {
        if (qtyOf(after, line.product) == 0) {
            add(line.product, -line.qty);
        }
    }
    return deltas;
}

} // namespace

Refused holdHasEnded(const Hold& hold)
{
    switch (hold.state) {
    case HoldState::Consumed:
        return {.code = RefusalCode::HoldConsumed, .order = hold.order};
    case HoldState::Released:
        return {.code = RefusalCode::HoldReleased};
    case HoldState::Expired:
        return {.code = RefusalCode::HoldExpired};
    case HoldState::Active:
        break;
    }
    HOLDFAST_ASSERT(false);
}

void endHold(Batch& batch, HoldEntry& entry, HoldState end)
{
    HOLDFAST_ASSERT(entry.hold.state == HoldState::Active);
    HOLDFAST_ASSERT(end == HoldState::Released || end == HoldState::Expired);
    entry.hold.state = end;
    entry.changed = true;
    batch.record(
        {.kind = end == HoldState::Expired ? EventKind::HoldExpired : EventKind::HoldReleased,
         .stock = heldDeltas(entry.hold.lines, -1),
         .hold = entry.hold.id});
}

Outcome decide(Batch& batch, const PlaceHold& command)
{
    if (batch.slice().holds.contains(command.id)) {
        return Refused{.code = RefusalCode::IdConflict};
    }
    auto lines = mergeLines(batch, command.lines, command.singleForm);
    if (!lines) {
        return lines.error();
    }
    const auto life = lifeFor(batch, command.life);
    if (!life) {
        return life.error();
    }
    if (auto tooShort = shortLines(batch, *lines, {}); !tooShort.empty()) {
        return Refused{.code = RefusalCode::InsufficientStock,
                       .shortLines = std::move(tooShort),
                       .singleForm = command.singleForm};
    }
    Hold hold{.id = command.id,
              .state = HoldState::Active,
              .lines = std::move(*lines),
              .expiresAt = batch.now() + *life,
              .createdAt = batch.now(),
              .owner = batch.caller().id,
              .terminal = command.terminal.empty() ? batch.caller().name : command.terminal,
              .note = command.note,
              .order = std::nullopt};
    batch.record({.kind = EventKind::HoldPlaced,
                  .stock = heldDeltas(hold.lines, 1),
                  .hold = hold.id,
                  .holdLines = hold.lines,
                  .until = hold.expiresAt,
                  .text = hold.terminal});
    batch.slice().holds.emplace(hold.id, HoldEntry{.hold = hold, .isNew = true});
    return HoldOutcome{std::move(hold)};
}

Outcome decide(Batch& batch, const ChangeHold& command)
{
    const auto entry = activeHold(batch, command.id);
    if (!entry) {
        return entry.error();
    }
    auto lines = mergeLines(batch, command.lines, false);
    if (!lines) {
        return lines.error();
    }
    Hold& hold = (*entry)->hold;
    if (auto tooShort = shortLines(batch, *lines, hold.lines); !tooShort.empty()) {
        return Refused{.code = RefusalCode::InsufficientStock, .shortLines = std::move(tooShort)};
    }
    std::vector<StockDelta> deltas = changeDeltas(hold.lines, *lines);
    hold.lines = std::move(*lines);
    (*entry)->changed = true;
    (*entry)->linesChanged = true;
    batch.record({.kind = EventKind::HoldChanged,
                  .stock = std::move(deltas),
                  .hold = hold.id,
                  .holdLines = hold.lines});
    return HoldOutcome{hold};
}

Outcome decide(Batch& batch, const ExtendHold& command)
{
    const auto entry = activeHold(batch, command.id);
    if (!entry) {
        return entry.error();
    }
    const auto life = lifeFor(batch, command.life);
    if (!life) {
        return life.error();
    }
    Hold& hold = (*entry)->hold;
    hold.expiresAt = std::max(hold.expiresAt, batch.now() + *life);
    (*entry)->changed = true;
    batch.record({.kind = EventKind::HoldExtended, .hold = hold.id, .until = hold.expiresAt});
    return HoldOutcome{hold};
}

Outcome decide(Batch& batch, const ReleaseHold& command)
{
    const auto entry = activeHold(batch, command.id);
    if (!entry) {
        // Releasing what is released already is what was asked for.
        const HoldEntry* ended = batch.hold(command.id);
        if (ended != nullptr && ended->hold.state == HoldState::Released) {
            return HoldOutcome{ended->hold};
        }
        return entry.error();
    }
    endHold(batch, **entry, HoldState::Released);
    return HoldOutcome{(*entry)->hold};
}

} // namespace holdfast
