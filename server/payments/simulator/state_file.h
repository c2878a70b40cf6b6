#pragma once

#include "server/payments/simulator/sim_types.h"
#include "shared/domain/result.h"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace holdfast::cardsim {

/// An answer that was given under an Idempotency-Key.
struct KeptAnswer
{
    std::string fingerprint; ///< path and body of the request
    int httpStatus = 200;
    std::string body;
};

using KeptAnswers = std::map<std::string, KeptAnswer, std::less<>>;

struct SimState
{
    std::vector<SimPayment> payments = {};
    std::vector<Delivery> deliveries = {};
    KeptAnswers answers = {};
};

/// A missing file is an empty state; any other trouble is one line for the person who starts it.
[[nodiscard]] Result<SimState, std::string> loadState(const std::string& path);

/// Written beside the old file and put in its place, so that a kill leaves one of the two whole.
[[nodiscard]] Result<void, std::string> saveState(const std::string& path,
                                                  const std::deque<SimPayment>& payments,
                                                  const std::vector<Delivery>& deliveries,
                                                  const KeptAnswers& answers);

} // namespace holdfast::cardsim
