// What stands behind a reply token.
#pragma once

#include "server/http/front/message.h"

#include <atomic>

namespace holdfast::http {

class ReplyState
{
public:
    explicit ReplyState(QByteArray requestId) : m_requestId(std::move(requestId)) {}
    virtual ~ReplyState() = default;
    ReplyState(const ReplyState&) = delete;
    ReplyState& operator=(const ReplyState&) = delete;

    void answer(Response&& response); // stops the process when called twice
    void fail();                      // 500 unless answered
    [[nodiscard]] const QByteArray& requestId() const { return m_requestId; }
    void abandon() { m_abandoned.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool isAbandoned() const { return m_abandoned.load(std::memory_order_relaxed); }

protected:
    virtual void deliver(Response&& response) = 0;
    // Destructors of the final classes call it: deliver() is gone in our own.
    void failIfForgotten();

private:
    const QByteArray m_requestId;
    std::atomic<bool> m_answered = false;
    std::atomic<bool> m_abandoned = false;
};

} // namespace holdfast::http
