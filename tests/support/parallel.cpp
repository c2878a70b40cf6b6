#include "tests/support/parallel.h"

#include <barrier>
#include <thread>
#include <vector>

namespace holdfast::test {

void runTogether(int count, const std::function<void(int)>& prepare,
                 const std::function<void(int)>& act)
{
    std::barrier gate(count);
    std::vector<std::jthread> threads;
    threads.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&gate, &prepare, &act, i] {
            prepare(i);
            gate.arrive_and_wait();
            act(i);
        });
    }
}

void runTogether(int count, const std::function<void(int)>& act)
{
    runTogether(
        count, [](int) {}, act);
}

} // namespace holdfast::test
