#pragma once

#include <functional>

namespace holdfast::test {

/// Starts `count` threads. Each calls `prepare(i)` (open its connection, build its request); when
/// all have done so, all call `act(i)` at once. Returns when every thread has ended.
void runTogether(int count, const std::function<void(int)>& prepare,
                 const std::function<void(int)>& act);

/// Without preparation: every `act(i)` starts at the same moment.
void runTogether(int count, const std::function<void(int)>& act);

} // namespace holdfast::test
