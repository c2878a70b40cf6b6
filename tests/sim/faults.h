#pragma once

#include "tests/sim/random.h"

namespace holdfast::sim {

/// How often things go wrong, of ten thousand occasions. Each seed draws its own mixture, in which
/// about half of the faults do not occur at all: some defects show only when little else disturbs.
struct Faults
{
    // The database, at each call of a server
    int openBusy = 0;   ///< the lock was not to be had
    int openAway = 0;   ///< no connection
    int beginBusy = 0;  ///< a read was chosen as the victim of a deadlock
    int beginAway = 0;  ///< the connection broke while reading
    int commitBusy = 0; ///< a serialisation failure at the end
    int commitAway = 0; ///< not committed, and known not to be
    int commitFull = 0; ///< the disk is full
    int commitLost = 0; ///< not committed, but nobody knows
    int commitKept = 0; ///< committed, but nobody knows
    int commitLate = 0; ///< nobody knows, and it is decided later, while the lock stays
    int poison = 0;     ///< a command that the database refuses, each time it comes

    // The servers, at each of their steps
    int crash = 0;
    int pause = 0;

    // The world, at each moment something happens
    int restart = 0;     ///< of the database: all transactions are gone
    int killSession = 0; ///< the database drops whoever holds the lock
    int jump = 0;        ///< every clock goes ahead at once
    int drift = 0;       ///< one server's clock is corrected
    std::int64_t jumpMaxMs = 20'000;

    // The network, at each message
    int requestLost = 0;
    int requestRepeated = 0;
    int answerLost = 0;
    int slow = 0; ///< takes seconds, and is overtaken by others
};

/// The mixture of a seed; one in eight is a calm day.
[[nodiscard]] Faults drawFaults(Random& random);

} // namespace holdfast::sim
