#include "tests/sim/faults.h"

namespace holdfast::sim {

Faults drawFaults(Random& random)
{
    if (random.chance(1'250)) {
        return {};
    }
    const auto rate = [&random](int most) {
        return random.chance(5'000) ? static_cast<int>(random.between(1, most)) : 0;
    };
    Faults faults;
    faults.openBusy = rate(300);
    faults.openAway = rate(300);
    faults.beginBusy = rate(600);
    faults.beginAway = rate(300);
    faults.commitBusy = rate(1'000);
    faults.commitAway = rate(300);
    faults.commitFull = rate(300);
    faults.commitLost = rate(400);
    faults.commitKept = rate(400);
    faults.commitLate = rate(400);
    faults.poison = rate(200);
    faults.crash = rate(100);
    faults.pause = rate(100);
    faults.restart = rate(20);
    faults.killSession = rate(50);
    faults.jump = rate(50);
    faults.drift = rate(50);
    if (random.chance(2'000)) {
        // Long enough to clean up after, and never as long as answers must be kept.
        faults.jump = 20;
        faults.jumpMaxMs = 7'200'000;
    }
    faults.requestLost = rate(800);
    faults.requestRepeated = rate(800);
    faults.answerLost = rate(800);
    faults.slow = rate(600);
    return faults;
}

} // namespace holdfast::sim
