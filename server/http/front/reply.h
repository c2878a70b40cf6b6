// The reply token: the one thing of a request that leaves its I/O thread.
#pragma once

#include "server/http/front/message.h"

#include <functional>
#include <memory>

namespace holdfast::http {

class ReplyState;

// Threading: may be copied, moved, answered and destroyed on any thread. Answering from another
// thread than the connection's own puts the response into that thread's mailbox; only the answer
// that finds the mailbox empty wakes the thread, so a burst of answers costs one wake-up.
//
// Exactly once: a second send() on any copy is a programmer error and stops the process. When the
// last copy goes unanswered, the caller gets 500 and a line is logged. A caller that has hung up
// is no error: the response is dropped. There is no deadline; a long poll may keep its token.
class Reply
{
public:
    Reply() = default; // empty; send() on it is a programmer error
    explicit Reply(std::shared_ptr<ReplyState> state) : m_state(std::move(state)) {}

    void send(Response response) const;
    void problem(const Problem& problem) const; // send(Response::problem(…)) with our request id

    // Answers 500 unless some copy has answered already: for code that catches exceptions.
    void fail() const;

    [[nodiscard]] bool isEmpty() const { return m_state == nullptr; }
    // True once the client is gone: long polls use it to drop their waiter. May lag behind.
    [[nodiscard]] bool isAbandoned() const;
    [[nodiscard]] QByteArray requestId() const;

    // A token without a server, for tests and calls inside the process. `sink` is called on the
    // thread that sends; with status 500 when the token is dropped unanswered.
    [[nodiscard]] static Reply toSink(std::function<void(Response)> sink,
                                      QByteArray requestId = QByteArray("test"));

private:
    std::shared_ptr<ReplyState> m_state;
};

} // namespace holdfast::http
