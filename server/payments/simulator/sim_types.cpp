#include "server/payments/simulator/sim_types.h"

#include "shared/domain/assert.h"

#include <array>
#include <utility>

namespace holdfast::cardsim {

namespace {

template <class E, std::size_t N>
using Words = std::array<std::pair<E, std::string_view>, N>;

constexpr Words<Behaviour, 11> behaviours{{{Behaviour::Approve, "approve"},
                                           {Behaviour::Decline, "decline"},
                                           {Behaviour::Silent, "silent"},
                                           {Behaviour::Late, "late"},
                                           {Behaviour::Duplicate, "duplicate"},
                                           {Behaviour::Reorder, "reorder"},
                                           {Behaviour::Mismatch, "mismatch"},
                                           {Behaviour::LateCancel, "late_cancel"},
                                           {Behaviour::Early, "early"},
                                           {Behaviour::Lossy, "lossy"},
                                           {Behaviour::Manual, "manual"}}};

constexpr Words<PaymentState, 7> states{{{PaymentState::Processing, "processing"},
                                         {PaymentState::Unknown, "unknown"},
                                         {PaymentState::Approved, "approved"},
                                         {PaymentState::Declined, "declined"},
                                         {PaymentState::Cancelled, "cancelled"},
                                         {PaymentState::PartiallyRefunded, "partially_refunded"},
                                         {PaymentState::Refunded, "refunded"}}};

constexpr Words<DeliveryState, 5> deliveryStates{{{DeliveryState::Waiting, "waiting"},
                                                  {DeliveryState::Sending, "sending"},
                                                  {DeliveryState::Delivered, "delivered"},
                                                  {DeliveryState::GivenUp, "given_up"},
                                                  {DeliveryState::NotSent, "not_sent"}}};

template <class E, std::size_t N>
std::string_view wordOf(const Words<E, N>& words, E value)
{
    for (const auto& [member, word] : words) {
        if (member == value) {
            return word;
        }
    }
    HOLDFAST_ASSERT(false);
}

template <class E, std::size_t N>
std::optional<E> memberOf(const Words<E, N>& words, std::string_view text)
{
    for (const auto& [member, word] : words) {
        if (word == text) {
            return member;
        }
    }
    return std::nullopt;
}

} // namespace

std::string_view toString(Behaviour behaviour)
{
    return wordOf(behaviours, behaviour);
}

std::optional<Behaviour> parseBehaviour(std::string_view word)
{
    return memberOf(behaviours, word);
}

std::string_view toString(PaymentState state)
{
    return wordOf(states, state);
}

std::optional<PaymentState> parsePaymentState(std::string_view word)
{
    return memberOf(states, word);
}

std::string_view toString(DeliveryState state)
{
    return wordOf(deliveryStates, state);
}

std::optional<DeliveryState> parseDeliveryState(std::string_view word)
{
    return memberOf(deliveryStates, word);
}

} // namespace holdfast::cardsim
