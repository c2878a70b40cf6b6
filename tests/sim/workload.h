#pragma once

#include "tests/sim/random.h"
#include "tests/sim/request.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::sim {

/// A request, and when it is sent.
struct Planned
{
    Request request = {};
    std::int64_t afterMs = 0;
};

/// What clients and gateways want: sensible sales mixed with whatever people and programs do
/// wrong. Knows only what an outsider does: what it chose itself and what it was told.
class Workload
{
public:
    Workload(Random& random, bool withPoison);

    /// The goods of the shop, one command each.
    [[nodiscard]] std::vector<Envelope> goods();

    [[nodiscard]] std::uint32_t clients() const
    {
        return static_cast<std::uint32_t>(m_clients.size());
    }

    /// The next wish of a client, and what the gateways make of it.
    [[nodiscard]] std::vector<Planned> next(std::uint32_t client);

    /// The client was told; a new order may make the gateways send more.
    [[nodiscard]] std::vector<Planned> learn(const Request& request, int status,
                                             std::string_view body);

private:
    struct Client
    {
        Caller caller = {};
        std::uint64_t keys = 0; ///< used so far: "k1" to "k<n>", which other callers use as well
    };
    template <class Id>
    struct Known
    {
        Id id = {};
        CallerId owner = {};
        bool told = false;
        Minor totalMinor = 0;
    };
    using KnownHold = Known<HoldId>;
    using KnownOrder = Known<OrderId>;

    [[nodiscard]] Request blank(Command command);
    void addClaims(Request& request, Client& client, const Uuid& id);
    void setTarget(Request& request, const Client& client, bool told, CallerId owner) const;
    template <class Refs>
    [[nodiscard]] typename Refs::value_type someOf(const Refs& refs, const Client& client);

    [[nodiscard]] std::vector<HoldLine> lines();
    [[nodiscard]] Request placeHold(Client& client);
    [[nodiscard]] Request useHold(Client& client, std::size_t how);
    [[nodiscard]] Request placeOrder(Client& client);
    [[nodiscard]] Request pay(Client& client);
    [[nodiscard]] Request refund(Client& client);
    [[nodiscard]] Request cancel(Client& client);
    [[nodiscard]] Request moveStock(Client& client);
    [[nodiscard]] Request changeGoods(Client& client);
    [[nodiscard]] Request wish(Client& client);

    [[nodiscard]] Planned event(const PaymentEvent& event);
    [[nodiscard]] std::vector<Planned> eventsFor(OrderId order, Minor totalMinor);
    void addFollowers(std::vector<PaymentEvent>& events);
    [[nodiscard]] std::string mark() { return '#' + std::to_string(++m_marks); }

    Random& m_random;
    bool m_withPoison;
    std::int64_t m_goods = 0;
    std::vector<Client> m_clients;
    std::vector<KnownHold> m_holds;
    std::vector<KnownOrder> m_orders;
    std::uint64_t m_marks = 0;
    std::uint64_t m_contents = 0;
    std::uint64_t m_eventKeys = 0;
};

/// Mostly one of the latest; now and then any, or one that does not exist. A kiosk mostly asks for
/// its own.
template <class Refs>
typename Refs::value_type Workload::someOf(const Refs& refs, const Client& client)
{
    typename Refs::value_type found{
        .id = {m_random.uuid()}, .owner = {}, .told = false, .totalMinor = 0};
    if (refs.empty() || m_random.chance(100)) {
        return found;
    }
    const std::uint64_t reach = m_random.chance(8'500) ? 6 : refs.size();
    for (int attempt = 0; attempt < 4; ++attempt) {
        const auto back = m_random.below(std::min<std::uint64_t>(reach, refs.size()));
        found = refs[refs.size() - 1 - back];
        if (client.caller.role != Role::Kiosk || found.owner == client.caller.id) {
            break;
        }
    }
    return found;
}

} // namespace holdfast::sim
