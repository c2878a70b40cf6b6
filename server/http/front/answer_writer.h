// Puts one answer together: everything up to the body, in one buffer that is used again.
#pragma once

#include "server/http/front/message.h"

#include <ctime>

namespace holdfast::http {

struct AnswerFraming
{
    QByteArrayView requestId;
    bool isHead = false; // answer to HEAD: no body
    bool keepAlive = true;
};

// Not thread-safe: one for each I/O thread.
class AnswerWriter
{
public:
    struct Parts
    {
        QByteArrayView head; // valid until the next call
        QByteArrayView body; // points into the response
    };
    [[nodiscard]] Parts assemble(const Response& response, const AnswerFraming& framing);

private:
    void refreshDate();

    QByteArray m_out;
    std::time_t m_dateSecond = -1;
    QByteArray m_dateLine; // "Date: …\r\n"
};

} // namespace holdfast::http
