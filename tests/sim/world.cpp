#include "tests/sim/world.h"

#include "shared/domain/assert.h"

#include <algorithm>
#include <tuple>

namespace holdfast::sim {

namespace {

using Kind = Moment::Kind;

constexpr std::int64_t drainMaxMs = 600'000;
constexpr std::int64_t patienceMs = 300'000;
constexpr std::int64_t settlingMs = 5'000;
/// Until even the last repeat has come and the last sleeper has woken.
constexpr std::int64_t lateMessagesMs = 35'000;

LedgerRules drawRules(Random& random)
{
    return {.holdLife = Duration{random.between(2'000, 30'000)},
            .paymentDeadline = Duration{random.between(4'000, 60'000)},
            .taxMode = random.chance(5'000) ? TaxMode::Inclusive : TaxMode::Exclusive,
            .cashRoundingStepMinor = random.chance(3'000) ? 5 : 1};
}

class Nobody final : public CommitObserver
{
public:
    void committed(const Slice& /*slice*/, Instant /*now*/) override {}
    void foreignWrites() override {}
};

} // namespace

World::World(const RunOptions& options)
    : m_options(options), m_random(options.seed), m_trace(options.trace, options.tally),
      m_operations(static_cast<std::size_t>(options.operations)), m_ledger(drawRules(m_random)),
      m_database(m_time, m_faults, m_random, m_trace, options.mutant), m_auditor(m_database.shop()),
      m_workload(m_random, m_random.chance(2'000))
{
    m_database.onCommit([this] { m_auditor.committed(); });
    m_database.onMisuse([this](Invariant invariant, std::string_view what) {
        m_auditor.verdict().fail(invariant, std::string(what));
    });
}

void World::setUp()
{
    const SimClock clock(m_time, 0);
    SimStore store(m_database);
    Nobody nobody;
    BatchCounters counters;
    BatchRunner runner(m_ledger, store, clock, nobody, counters);
    const std::vector<Envelope> goods = m_workload.goods();
    const auto settled = runner.run(goods, [](Duration) {});
    HOLDFAST_ASSERT(settled.size() == goods.size());

    m_faults = drawFaults(m_random);
    const std::int64_t servers = m_random.between(1, 3);
    for (std::int64_t number = 0; number < servers; ++number) {
        Host& host = m_hosts.emplace_back();
        host.server =
            std::make_unique<SimServer>(m_time, m_ledger, m_database,
                                        m_random.between(-SimClock::offMaxMs, SimClock::offMaxMs));
        appoint(static_cast<std::uint32_t>(number), m_time.ms);
    }
    for (std::uint32_t client = 0; client < m_workload.clients(); ++client) {
        m_agenda.add(m_time.ms + m_random.between(0, 500), Kind::ClientWake, client);
    }
    m_trace.line(0, "seed ", m_options.seed, ": ", servers, " servers, ", m_workload.clients(),
                 " clients, holds live ", m_ledger.rules().holdLife.ms, "ms");
}

RunReport World::run()
{
    setUp();
    // Whoever waits for an answer wishes for nothing new; when all of them do, it is time to drain.
    while (m_auditor.verdict().good() && m_issued < m_operations &&
           m_agenda.nextMs() < m_lastIssuedMs + patienceMs) {
        runUntil(m_agenda.nextMs() + 1'000, true);
    }
    if (m_auditor.verdict().good()) {
        drain();
    }
    tallyBooks();
    RunReport report;
    report.violation = m_auditor.verdict().violation();
    report.traceHash = m_trace.hash();
    report.journalHash = m_auditor.journalHash();
    report.operations = m_issued;
    report.answers = m_auditor.answers();
    report.crashes = m_crashes;
    report.events = m_database.shop().journal.size();
    report.simulatedMs = m_time.sinceStartMs();
    for (const Host& host : m_hosts) {
        report.commits += host.server->commits();
    }
    return report;
}

/// Until that time, or until all operations have been issued.
void World::runUntil(std::int64_t untilMs, bool untilIssued)
{
    while (m_auditor.verdict().good() && !m_agenda.isEmpty() && m_agenda.nextMs() <= untilMs) {
        if (untilIssued ? m_issued >= m_operations : false) {
            return;
        }
        const Moment moment = m_agenda.take();
        m_time.ms = std::max(m_time.ms, moment.ms);
        disturb();
        handle(moment);
        watchUndecided();
        if (m_database.takeReleased()) {
            wakeWaiting();
        }
    }
}

void World::handle(const Moment& moment)
{
    Host* host = moment.subject < m_hosts.size() ? &m_hosts[moment.subject] : nullptr;
    switch (moment.kind) {
    case Kind::ServerTick:
        if (host->appointment == moment.detail && host->server->isUp()) {
            tick(moment.subject);
        }
        break;
    case Kind::ServerStart:
        m_trace.line(m_time.sinceStartMs(), "server ", moment.subject, " starts");
        host->server->start();
        appoint(moment.subject, m_time.ms);
        break;
    case Kind::DropSession:
        m_database.drop(moment.subject);
        break;
    case Kind::Decide:
        m_decisionPlanned = false;
        if (m_database.undecidedUntilMs().value_or(m_time.ms + 1) <= m_time.ms) {
            m_database.decide();
        }
        break;
    case Kind::ClientWake:
        wake(moment.subject);
        break;
    case Kind::Send:
        send(moment.subject);
        break;
    case Kind::Arrive:
        arrive(moment.subject, moment.detail);
        break;
    case Kind::TimeOut:
        timeOut(moment.subject, static_cast<int>(moment.detail));
        break;
    case Kind::Answer:
        deliver(moment.subject);
        break;
    }
}

/// Nothing fails any more: everybody must get an answer, and every deadline must have its end.
void World::drain()
{
    m_trace.line(m_time.sinceStartMs(), "from here on nothing fails");
    m_faults = {};
    const std::int64_t giveUpMs = m_time.ms + drainMaxMs;
    while (m_auditor.verdict().good() && !allSettled() && m_agenda.nextMs() < giveUpMs) {
        runUntil(m_agenda.nextMs() + 1'000, false);
    }
    if (!m_auditor.verdict().good()) {
        return;
    }
    for (const Request& request : m_requests) {
        if (!request.settled) {
            m_auditor.verdict().fail(Invariant::EverythingDrains,
                                     "request " + std::to_string(request.number) + " (" +
                                         std::string(wordOf(request.envelope.command)) +
                                         ") never got an answer");
            return;
        }
    }
    runUntil(m_time.ms + lateMessagesMs, false);
    checkAllAnswered();
    m_time.ms = std::max(m_time.ms, lastDeadlineMs() + SimClock::offMaxMs);
    runUntil(m_time.ms + settlingMs, false);
    if (m_random.chance(5'000)) {
        repeatLongAfter();
    }
    if (m_auditor.verdict().good()) {
        m_auditor.atEnd({m_time.ms - settlingMs});
    }
}

/// A season later the gateways come with copies of all their events: whatever was forgotten
/// meanwhile, nothing may come of it.
void World::repeatLongAfter()
{
    const MemoryShop& shop = m_database.shop();
    std::vector<std::uint32_t> copies;
    for (const Request& request : m_requests) {
        if (const auto* command = std::get_if<ReceivePaymentEvent>(&request.envelope.command)) {
            const auto row = shop.inbox.find({command->event.gateway, command->event.key});
            if (row != shop.inbox.end() && row->second.event.sameContent(command->event)) {
                copies.push_back(request.number);
            }
        }
    }
    m_time.ms += Duration::seconds(91 * 86'400).ms;
    m_trace.line(m_time.sinceStartMs(), "91 days later");
    runUntil(m_time.ms + settlingMs, false);
    const auto moneyOf = [&shop] {
        std::vector<std::tuple<OrderId, OrderState, Minor, Minor>> money;
        for (const auto& [id, order] : shop.orders) {
            money.emplace_back(id, order.state, order.paidMinor, order.refundedMinor);
        }
        return money;
    };
    const auto before = moneyOf();
    const std::size_t alertsBefore = shop.alerts.size();
    for (const std::uint32_t copy : copies) {
        m_agenda.add(m_time.ms + m_random.between(0, 1'000), Kind::Arrive, copy,
                     static_cast<std::uint32_t>(m_random.below(m_hosts.size())));
    }
    runUntil(m_time.ms + settlingMs, false);
    if (moneyOf() != before || shop.alerts.size() != alertsBefore) {
        m_auditor.verdict().fail(Invariant::EventAppliedOnce,
                                 "copies of old events have changed something");
    }
}

void World::tallyBooks()
{
    if (m_options.tally == nullptr) {
        return;
    }
    const MemoryShop& shop = m_database.shop();
    for (const JournalRecord& record : shop.journal) {
        m_trace.seen("event ", toString(record.event.kind));
        if (record.event.kind == EventKind::OrderCancelled) {
            m_trace.seen("cancelled by ", record.event.text);
        }
    }
    for (const auto& [name, inbox] : shop.inbox) {
        m_trace.seen("payment event ", toString(inbox.result));
    }
    for (const Alert& alert : shop.alerts) {
        m_trace.seen("alert ", toString(alert.kind));
    }
    for (const auto& [id, order] : shop.orders) {
        m_trace.seen("order ", toString(order.state));
    }
}

std::int64_t World::lastDeadlineMs() const
{
    std::int64_t last = 0;
    for (const auto& [id, hold] : m_auditor.model().holds()) {
        last = std::max(last, hold.state == HoldState::Active ? hold.until.ms : 0);
    }
    for (const auto& [id, order] : m_auditor.model().orders()) {
        last = std::max(last, order.pending() ? order.deadline.ms : 0);
    }
    return last;
}

RunReport runSeed(const RunOptions& options)
{
    return World(options).run();
}

} // namespace holdfast::sim
