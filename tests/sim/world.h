#pragma once

#include "tests/sim/agenda.h"
#include "tests/sim/auditor.h"
#include "tests/sim/faults.h"
#include "tests/sim/mutants.h"
#include "tests/sim/sim_database.h"
#include "tests/sim/sim_server.h"
#include "tests/sim/trace.h"
#include "tests/sim/workload.h"

#include <deque>
#include <optional>

namespace holdfast::sim {

struct RunOptions
{
    std::uint64_t seed = 1;
    int operations = 200; ///< different requests; repeats are not counted
    Mutant mutant = Mutant::None;
    Trace::Mode trace = Trace::Mode::Off;
    Tally* tally = nullptr; ///< adds up what was seen, when there is one
};

struct RunReport
{
    std::optional<Violation> violation = {};
    std::uint64_t traceHash = 0;
    std::uint64_t journalHash = 0;
    std::size_t operations = 0;
    std::size_t answers = 0; ///< of servers, lost and repeated ones included
    std::size_t commits = 0;
    std::size_t crashes = 0;
    std::size_t events = 0; ///< in the journal
    std::int64_t simulatedMs = 0;
};

/// One seed, one run: everything that happens in this world hangs on it, in one thread.
class World
{
public:
    explicit World(const RunOptions& options);

    [[nodiscard]] RunReport run();

private:
    struct Host
    {
        std::unique_ptr<SimServer> server = {};
        std::uint32_t appointment = 0; ///< the latest; earlier ones are off
        std::int64_t appointedMs = 0;
        std::int64_t pausedUntilMs = 0;
        std::int64_t waitsSinceMs = -1; ///< for the lock
        std::uint32_t life = 0;         ///< how often it has died
    };
    /// What a server has admitted: unless it dies, it owes one answer.
    struct Submitted
    {
        std::uint32_t request = 0;
        std::uint32_t server = 0;
        std::uint32_t life = 0;
        bool answered = false;
    };
    struct Message
    {
        std::uint32_t request = 0;
        int status = 0;
        std::string body = {};
        bool final = true;
    };

    void setUp();
    void runUntil(std::int64_t untilMs, bool untilIssued);
    void handle(const Moment& moment);
    void drain();
    void repeatLongAfter();
    void tallyBooks();
    [[nodiscard]] bool allSettled() const { return m_open == 0 && m_issued >= m_operations; }
    [[nodiscard]] std::int64_t lastDeadlineMs() const;

    // Servers
    void tick(std::uint32_t index);
    void appoint(std::uint32_t index, std::int64_t ms);
    void wakeWaiting();
    [[nodiscard]] bool strikes(std::uint32_t index);
    void crash(std::uint32_t index);
    void disturb();
    void watchUndecided();

    // Network, clients, gateways
    void wake(std::uint32_t client);
    void issue(Planned&& planned);
    void send(std::uint32_t request);
    void arrive(std::uint32_t request, std::uint32_t server);
    void admit(Request& request, std::uint32_t server);
    void reply(std::uint32_t submission, CommandAnswer&& answer);
    void checkReply(Submitted& submitted, const Request& request, const CommandAnswer& answer);
    void checkAllAnswered();
    void deliver(std::uint32_t message);
    void timeOut(std::uint32_t request, int attempt);
    void settle(Request& request);

    RunOptions m_options;
    WorldTime m_time;
    Random m_random;
    Faults m_faults;
    Trace m_trace;
    std::size_t m_operations = 0;
    Ledger m_ledger;
    SimDatabase m_database;
    Auditor m_auditor;
    Workload m_workload;
    Agenda m_agenda;
    std::vector<Host> m_hosts;
    std::deque<Request> m_requests;
    std::deque<Submitted> m_submitted;
    std::deque<Message> m_messages;
    std::size_t m_issued = 0;
    std::int64_t m_lastIssuedMs = WorldTime::startMs;
    std::size_t m_open = 0; ///< requests without an answer
    std::size_t m_crashes = 0;
    bool m_decisionPlanned = false;
};

[[nodiscard]] RunReport runSeed(const RunOptions& options);

} // namespace holdfast::sim
