#include "tests/sim/world.h"

#include "shared/protocol/problem.h"

#include <algorithm>

namespace holdfast::sim {

namespace {

using Kind = Moment::Kind;

/// What the server makes an id for when the caller gave none: a new one at each attempt.
void makeId(Command& command, const Uuid& id)
{
    if (auto* hold = std::get_if<PlaceHold>(&command)) {
        hold->id = {id};
    } else if (auto* order = std::get_if<PlaceOrder>(&command)) {
        order->id = {id};
    } else if (auto* payment = std::get_if<TakePayment>(&command)) {
        payment->id = {id};
    } else if (auto* refund = std::get_if<RefundOrder>(&command)) {
        refund->id = {id};
    } else if (auto* event = std::get_if<ReceivePaymentEvent>(&command)) {
        event->id = id;
    }
}

} // namespace

void World::wake(std::uint32_t client)
{
    if (m_issued >= m_operations) {
        return;
    }
    for (Planned& planned : m_workload.next(client)) {
        issue(std::move(planned));
    }
}

void World::issue(Planned&& planned)
{
    Request& request = m_requests.emplace_back(std::move(planned.request));
    request.number = static_cast<std::uint32_t>(m_requests.size() - 1);
    if (request.repeatable && m_random.chance(2'000)) {
        request.repeatsLeft = static_cast<int>(m_random.between(1, 2));
    }
    ++m_issued;
    m_lastIssuedMs = m_time.ms;
    ++m_open;
    m_agenda.add(m_time.ms + planned.afterMs, Kind::Send, request.number);
}

void World::send(std::uint32_t number)
{
    Request& request = m_requests[number];
    ++request.attempts;
    const auto home = static_cast<std::uint32_t>(request.sender % m_hosts.size());
    const auto any = static_cast<std::uint32_t>(m_random.below(m_hosts.size()));
    const std::uint32_t server = m_random.chance(7'000) ? home : any;
    const std::int64_t delayMs =
        m_random.chance(m_faults.slow) ? m_random.between(100, 6'000) : m_random.between(0, 3);
    m_trace.line(m_time.sinceStartMs(), "request ", number, " of ", request.sender, ", attempt ",
                 request.attempts, ": ", wordOf(request.envelope.command), " ", request.tag,
                 " to server ", server);
    if (m_random.chance(m_faults.requestLost)) {
        m_trace.line(m_time.sinceStartMs(), "request ", number, " is lost");
        m_trace.seen("request lost");
    } else {
        m_agenda.add(m_time.ms + delayMs, Kind::Arrive, number, server);
    }
    if (request.repeatable && m_random.chance(m_faults.requestRepeated)) {
        m_agenda.add(m_time.ms + m_random.between(0, 5'000), Kind::Arrive, number, any);
    }
    m_agenda.add(m_time.ms + m_random.between(500, 4'000), Kind::TimeOut, number,
                 static_cast<std::uint32_t>(request.attempts));
}

void World::arrive(std::uint32_t number, std::uint32_t index)
{
    Host& host = m_hosts[index];
    if (!host.server->isUp()) {
        m_trace.line(m_time.sinceStartMs(), "request ", number, " finds server ", index, " down");
        return;
    }
    if (m_time.ms < host.pausedUntilMs) {
        m_agenda.add(host.pausedUntilMs, Kind::Arrive, number, index);
        return;
    }
    admit(m_requests[number], index);
    const std::int64_t soonMs = m_time.ms + m_random.between(0, 2);
    if (host.server->isUp() && !host.server->isBusy() && soonMs < host.appointedMs) {
        appoint(index, soonMs);
    }
}

void World::admit(Request& request, std::uint32_t index)
{
    Envelope envelope = request.envelope;
    if (request.makesId) {
        makeId(envelope.command, m_random.uuid());
    }
    envelope.requestId =
        'r' + std::to_string(request.number) + '.' + std::to_string(request.attempts);
    m_auditor.sent(envelope);
    const auto submission = static_cast<std::uint32_t>(m_submitted.size());
    m_submitted.push_back({request.number, index, m_hosts[index].life, false});
    const Admission admission = m_hosts[index].server->submit(
        {std::move(envelope),
         [this, submission](CommandAnswer&& answer) { reply(submission, std::move(answer)); }});
    if (admission != Admission::Accepted) {
        m_submitted.pop_back();
        m_trace.seen("not admitted");
        m_trace.line(m_time.sinceStartMs(), "server ", index, " does not admit request ",
                     request.number);
        m_messages.push_back({.request = request.number, .status = 503, .final = false});
        m_agenda.add(m_time.ms + m_random.between(0, 3), Kind::Answer,
                     static_cast<std::uint32_t>(m_messages.size() - 1));
    }
}

/// The writer has an answer, and the network has it now.
void World::reply(std::uint32_t submission, CommandAnswer&& answer)
{
    Submitted& submitted = m_submitted[submission];
    const std::uint32_t number = submitted.request;
    const std::uint32_t index = submitted.server;
    const Request& request = m_requests[number];
    if (m_options.mutant == Mutant::AnswerSwallowed && number % 50 == 7) {
        return;
    }
    m_trace.line(m_time.sinceStartMs(), "server ", index, " answers request ", number, ": ",
                 answer.status, answer.replayed ? " again " : " ", answer.body);
    m_trace.seen("answer ", std::to_string(answer.status));
    m_trace.seen("refusal ", fieldOf(answer.body, "code"));
    m_trace.seen(answer.replayed ? "replayed " : "decided ", wordOf(request.envelope.command));
    checkReply(submitted, request, answer);
    m_auditor.answered(request, request.envelope, answer);
    if (m_random.chance(m_faults.answerLost)) {
        m_trace.line(m_time.sinceStartMs(), "the answer to request ", number, " is lost");
        m_trace.seen("answer lost");
        return;
    }
    const std::int64_t delayMs =
        m_random.chance(m_faults.slow) ? m_random.between(100, 6'000) : m_random.between(0, 3);
    const bool final = answer.status != 503;
    m_messages.push_back({number, answer.status, std::move(answer.body), final});
    m_agenda.add(m_time.ms + delayMs, Kind::Answer,
                 static_cast<std::uint32_t>(m_messages.size() - 1));
}

void World::checkReply(Submitted& submitted, const Request& request, const CommandAnswer& answer)
{
    const SimServer& server = *m_hosts[submitted.server].server;
    const std::string name = "request " + std::to_string(request.number);
    if (std::exchange(submitted.answered, true)) {
        m_auditor.verdict().fail(Invariant::AnswerIsTrue, name + " was answered twice");
    }
    if (!server.hasToldEverything()) {
        m_auditor.verdict().fail(Invariant::AnswerIsTrue,
                                 name + " was answered before the caches were told");
    }
    if (!answer.replayed && fieldOf(answer.body, "code") == "insufficient_stock") {
        m_auditor.refused(request, server.lastLook(), answer.body);
    }
}

/// Whatever a living server has admitted, it has answered.
void World::checkAllAnswered()
{
    for (const Submitted& submitted : m_submitted) {
        if (!submitted.answered && submitted.life == m_hosts[submitted.server].life) {
            m_auditor.verdict().fail(Invariant::EverythingDrains,
                                     "request " + std::to_string(submitted.request) +
                                         " was admitted and never answered");
        }
    }
}

void World::deliver(std::uint32_t index)
{
    Message message = std::move(m_messages[index]);
    Request& request = m_requests[message.request];
    if (request.settled) {
        return;
    }
    if (message.final || !request.repeatable) {
        settle(request);
        for (Planned& planned : m_workload.learn(request, message.status, message.body)) {
            if (m_issued < m_operations) {
                issue(std::move(planned));
            }
        }
        return;
    }
    // "Try again later" counts as the end of this attempt.
    m_agenda.add(m_time.ms + m_random.between(20, 1'000), Kind::TimeOut, request.number,
                 static_cast<std::uint32_t>(request.attempts));
}

void World::timeOut(std::uint32_t number, int attempt)
{
    Request& request = m_requests[number];
    if (request.settled || request.attempts != attempt) {
        return;
    }
    if (request.repeatable) {
        send(number);
    } else {
        m_trace.line(m_time.sinceStartMs(), "request ", number, " is given up");
        settle(request);
    }
}

void World::settle(Request& request)
{
    request.settled = true;
    --m_open;
    for (; request.repeatsLeft > 0; --request.repeatsLeft) {
        m_agenda.add(m_time.ms + m_random.between(0, 20'000), Kind::Arrive, request.number,
                     static_cast<std::uint32_t>(m_random.below(m_hosts.size())));
    }
    if (request.sender < m_workload.clients()) {
        const bool pondering = m_random.chance(1'000);
        m_agenda.add(m_time.ms + m_random.between(0, pondering ? 15'000 : 400), Kind::ClientWake,
                     request.sender);
    }
}

} // namespace holdfast::sim
