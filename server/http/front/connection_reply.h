// The reply token's other end: a ticket for one request of one connection.
#pragma once

#include "server/http/front/mailbox.h"
#include "server/http/front/reply_state.h"

#include <memory>

namespace holdfast::http {

class ConnectionReply final : public ReplyState
{
public:
    ConnectionReply(std::shared_ptr<Mailbox> mailbox, Ticket ticket, QByteArray requestId)
        : ReplyState(std::move(requestId)), m_mailbox(std::move(mailbox)), m_ticket(ticket)
    {}
    ~ConnectionReply() override { failIfForgotten(); }
    ConnectionReply(const ConnectionReply&) = delete;
    ConnectionReply& operator=(const ConnectionReply&) = delete;

protected:
    void deliver(Response&& response) override { m_mailbox->answer(m_ticket, std::move(response)); }

private:
    const std::shared_ptr<Mailbox> m_mailbox;
    const Ticket m_ticket;
};

} // namespace holdfast::http
