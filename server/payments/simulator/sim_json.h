#pragma once

#include "server/payments/simulator/sim_types.h"

#include <rapidjson/document.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The simulator's JSON: the canonical webhook body of contract section 6, the objects of its own
/// API, and reading the latter back from a state file.
namespace holdfast::cardsim {

[[nodiscard]] std::string webhookBody(const SimPayment& payment, const Notice& notice,
                                      std::string_view eventId);

[[nodiscard]] std::string toJson(const SimPayment& payment);
[[nodiscard]] std::string toJson(const Delivery& delivery);

/// {"data": …}, the envelope of every answer.
[[nodiscard]] std::string dataOf(const std::string& json);
/// {"data": […]} of objects that are JSON already.
[[nodiscard]] std::string dataOfList(const std::vector<std::string>& objects);

[[nodiscard]] std::optional<SimPayment> paymentFromJson(const rapidjson::Value& json);
[[nodiscard]] std::optional<Delivery> deliveryFromJson(const rapidjson::Value& json);

/// Members of an object by name; nothing when absent or of another type.
[[nodiscard]] std::optional<std::string> textMember(const rapidjson::Value& object,
                                                    const char* name);
[[nodiscard]] std::optional<std::int64_t> numberMember(const rapidjson::Value& object,
                                                       const char* name);

} // namespace holdfast::cardsim
