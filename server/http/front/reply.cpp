#include "server/http/front/reply.h"

#include "server/http/front/front_log.h"
#include "server/http/front/reply_state.h"
#include "shared/domain/assert.h"

namespace holdfast::http {

namespace {

class SinkReply final : public ReplyState
{
public:
    SinkReply(std::function<void(Response)> sink, QByteArray requestId)
        : ReplyState(std::move(requestId)), m_sink(std::move(sink))
    {}
    ~SinkReply() override { failIfForgotten(); }

protected:
    void deliver(Response&& response) override { m_sink(std::move(response)); }

private:
    std::function<void(Response)> m_sink;
};

} // namespace

void ReplyState::answer(Response&& response)
{
    const bool answeredBefore = m_answered.exchange(true, std::memory_order_acq_rel);
    HOLDFAST_ASSERT(!answeredBefore);
    deliver(std::move(response));
}

void ReplyState::fail()
{
    if (!m_answered.exchange(true, std::memory_order_acq_rel)) {
        deliver(Response::problem(
            {500, "internal_error", "Internal error", "The server could not answer this request."},
            m_requestId));
    }
}

void ReplyState::failIfForgotten()
{
    if (m_answered.load(std::memory_order_acquire)) {
        return;
    }
    if (!isAbandoned()) {
        qCWarning(frontLog, "request %s was never answered by its handler",
                  m_requestId.constData());
    }
    fail();
}

void Reply::send(Response response) const
{
    HOLDFAST_ASSERT(m_state != nullptr);
    m_state->answer(std::move(response));
}

void Reply::problem(const Problem& problem) const
{
    HOLDFAST_ASSERT(m_state != nullptr);
    m_state->answer(Response::problem(problem, m_state->requestId()));
}

void Reply::fail() const
{
    HOLDFAST_ASSERT(m_state != nullptr);
    m_state->fail();
}

bool Reply::isAbandoned() const
{
    return m_state != nullptr && m_state->isAbandoned();
}

QByteArray Reply::requestId() const
{
    return m_state != nullptr ? m_state->requestId() : QByteArray();
}

Reply Reply::toSink(std::function<void(Response)> sink, QByteArray requestId)
{
    return Reply(std::make_shared<SinkReply>(std::move(sink), std::move(requestId)));
}

} // namespace holdfast::http
