#include "tests/sim/workload.h"

#include "tests/sim/key_book.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace holdfast::sim {

namespace {

RequestHash hashOf(std::uint64_t content, CallerId caller)
{
    RequestHash hash{};
    for (std::size_t byte = 0; byte < 8; ++byte) {
        hash[byte] = static_cast<std::uint8_t>(content >> (8 * byte));
        hash[8 + byte] =
            static_cast<std::uint8_t>(static_cast<std::uint64_t>(caller.value) >> (8 * byte));
    }
    return hash;
}

} // namespace

Workload::Workload(Random& random, bool withPoison)
    : m_random(random), m_withPoison(withPoison), m_goods(random.between(1, 4))
{
    const std::int64_t count = random.between(2, 7);
    for (std::int64_t number = 1; number <= count; ++number) {
        const std::array roles{Role::Manager, Role::Cashier, Role::Kiosk};
        const Role role = number == 1 ? Role::Manager : m_random.pick(roles);
        m_clients.push_back({{{number}, role, "terminal " + std::to_string(number)}, 0});
    }
}

std::vector<Envelope> Workload::goods()
{
    std::vector<Envelope> commands;
    for (std::int64_t number = 1; number <= m_goods; ++number) {
        CreateProduct command;
        command.details.name = "goods";
        command.details.image = mark();
        command.details.priceMinor = m_random.between(0, 9) == 0 ? 0 : m_random.between(1, 500);
        command.details.taxRateBp = 1'900;
        command.openingStock = m_random.between(0, m_random.chance(5'000) ? 12 : 60);
        commands.push_back({.command = command, .caller = m_clients.front().caller});
    }
    return commands;
}

Request Workload::blank(Command command)
{
    Request request;
    request.envelope.command = std::move(command);
    return request;
}

/// Most give a key, many an id, some neither; and some give one that they have used for something
/// else.
void Workload::addClaims(Request& request, Client& client, const Uuid& id)
{
    Envelope& envelope = request.envelope;
    envelope.caller = client.caller;
    const RequestHash hash = hashOf(++m_contents, client.caller.id);
    if (m_random.chance(6'500)) {
        const bool again = client.keys > 0 && m_random.chance(400);
        const std::uint64_t key = again ? 1 + m_random.below(client.keys) : ++client.keys;
        envelope.claims.push_back(
            {{AnswerKey::Kind::Header, client.caller.id, 'k' + std::to_string(key)}, hash});
    }
    if (!request.makesId && !id.isNil()) {
        envelope.claims.push_back({{AnswerKey::Kind::Id, {}, toString(id)}, hash});
    }
    request.repeatable = !envelope.claims.empty();
}

void Workload::setTarget(Request& request, const Client& client, bool told, CallerId owner) const
{
    request.targetKnown = told && (client.caller.role != Role::Kiosk || owner == client.caller.id);
}

std::vector<HoldLine> Workload::lines()
{
    std::vector<HoldLine> found;
    const std::int64_t count = m_random.chance(6'000) ? 1 : m_random.between(2, 3);
    for (std::int64_t number = 0; number < count; ++number) {
        const std::int64_t product = m_random.chance(100) ? 77 : m_random.between(1, m_goods);
        found.push_back({{product}, m_random.between(1, 4)});
    }
    return found;
}

Request Workload::placeHold(Client& client)
{
    PlaceHold command{.id = {m_random.uuid()}, .lines = lines()};
    command.singleForm = command.lines.size() == 1;
    if (m_random.chance(3'000)) {
        command.life = Duration::seconds(m_random.between(1, 20));
    }
    if (m_withPoison && m_random.chance(200)) {
        command.note = "poison";
    }
    command.terminal = mark();
    Request request = blank(command);
    request.tag = command.terminal;
    request.makesId = m_random.chance(5'000);
    if (!request.makesId && !m_holds.empty() && m_random.chance(200)) {
        std::get<PlaceHold>(request.envelope.command).id = someOf(m_holds, client).id;
    }
    const HoldId id = std::get<PlaceHold>(request.envelope.command).id;
    addClaims(request, client, id.value);
    // Some use what they have asked for before they know that they have it.
    if (!request.makesId && id == command.id && m_random.chance(1'500)) {
        m_holds.push_back({.id = id, .owner = client.caller.id});
    }
    return request;
}

Request Workload::useHold(Client& client, std::size_t how)
{
    const KnownHold hold = someOf(m_holds, client);
    Request request = how == 0   ? blank(ChangeHold{.id = hold.id, .lines = lines()})
                      : how == 1 ? blank(ExtendHold{.id = hold.id})
                                 : blank(ReleaseHold{.id = hold.id});
    if (how == 1 && m_random.chance(5'000)) {
        std::get<ExtendHold>(request.envelope.command).life =
            Duration::seconds(m_random.between(1, 20));
    }
    addClaims(request, client, {});
    setTarget(request, client, hold.told, hold.owner);
    return request;
}

Request Workload::moveStock(Client& client)
{
    const std::array kinds{MovementKind::Receipt, MovementKind::Receipt, MovementKind::WriteOff,
                           MovementKind::Adjustment, MovementKind::Count};
    MoveStock command{.product = {m_random.between(1, m_goods)},
                      .kind = m_random.pick(kinds),
                      .qty = m_random.between(1, 6),
                      .reason = mark()};
    if (command.kind == MovementKind::Receipt) {
        command.qty *= 4;
    }
    if (command.kind == MovementKind::Adjustment && m_random.chance(5'000)) {
        command.qty = -command.qty;
    }
    Request request = blank(command);
    request.tag = command.reason;
    addClaims(request, client, {});
    return request;
}

Request Workload::changeGoods(Client& client)
{
    const std::int64_t product = m_random.between(1, m_goods);
    const std::string tag = mark();
    if (m_random.chance(1'500)) {
        CreateProduct command;
        command.details.name = "more goods";
        command.details.image = tag;
        command.details.priceMinor = m_random.between(1, 500);
        command.openingStock = m_random.between(0, 5);
        Request request = blank(command);
        request.tag = tag;
        addClaims(request, client, {});
        return request;
    }
    Request request =
        m_random.chance(300)
            ? blank(ArchiveProduct{.id = {product}})
            : blank(ChangeProduct{
                  .id = {product}, .priceMinor = m_random.between(1, 500), .image = tag});
    request.tag = std::holds_alternative<ChangeProduct>(request.envelope.command) ? tag : "";
    addClaims(request, client, {});
    return request;
}

Request Workload::wish(Client& client)
{
    static constexpr std::array kiosk{40, 10, 6, 10, 25, 0, 5, 0, 0, 0};
    static constexpr std::array staff{28, 7, 4, 8, 20, 16, 4, 7, 5, 3};
    switch (m_random.weighted(client.caller.role == Role::Kiosk ? kiosk : staff)) {
    case 0:
        return placeHold(client);
    case 1:
        return useHold(client, 0);
    case 2:
        return useHold(client, 1);
    case 3:
        return useHold(client, 2);
    case 4:
        return placeOrder(client);
    case 5:
        return pay(client);
    case 6:
        return cancel(client);
    case 7:
        return refund(client);
    case 8:
        return moveStock(client);
    default:
        return changeGoods(client);
    }
}

std::vector<Planned> Workload::next(std::uint32_t client)
{
    std::vector<Planned> planned;
    planned.push_back({wish(m_clients[client]), 0});
    planned.front().request.sender = client;
    const auto* order = std::get_if<PlaceOrder>(&planned.front().request.envelope.command);
    // A gateway that is asked before the order is placed may answer before it is.
    if (order != nullptr && order->idGiven && m_random.chance(4'000)) {
        for (Planned& each : eventsFor(order->id, 0)) {
            planned.push_back(std::move(each));
        }
    }
    return planned;
}

std::vector<Planned> Workload::learn(const Request& request, int status, std::string_view body)
{
    const auto tell = [](auto& refs, auto id, CallerId owner) -> auto&
    {
        auto at = std::find_if(refs.rbegin(), refs.rend(),
                               [id](const auto& known) { return known.id == id; });
        auto& known = at == refs.rend() ? refs.emplace_back() : *at;
        known.id = id;
        known.owner = owner;
        known.told = true;
        return known;
    };
    if (status != 201) {
        return {};
    }
    const Command& command = request.envelope.command;
    const CallerId owner = request.envelope.caller.id;
    if (std::holds_alternative<PlaceHold>(command)) {
        if (const auto id = parseUuid(fieldOf(body, "hold_id"))) {
            tell(m_holds, HoldId{*id}, owner);
        }
    } else if (std::holds_alternative<PlaceOrder>(command)) {
        if (const auto id = parseUuid(fieldOf(body, "order_id"))) {
            KnownOrder& known = tell(m_orders, OrderId{*id}, owner);
            const std::size_t lines = body.find("\"currency\":");
            const std::string_view total = fieldOf(body.substr(lines), "total_minor");
            std::from_chars(total.data(), total.data() + total.size(), known.totalMinor);
            if (m_random.chance(4'000)) {
                return eventsFor(known.id, known.totalMinor);
            }
        }
    }
    return {};
}

} // namespace holdfast::sim
