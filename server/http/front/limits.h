// Every limit of the HTTP front in one place. Over a limit is an ordinary refusal, never a hang.
#pragma once

#include "shared/domain/limits.h"

#include <QtGlobal>

#include <chrono>

namespace holdfast::http {

struct Limits
{
    // Request size.
    qsizetype headerBytesMax = 16 * 1024; // request line and fields together; above: 431
    qsizetype headerFieldsMax = 100;      // above: 431
    qsizetype bodyBytesMax = limits::requestBodyBytesMax; // above: 413, before the body is read
    // Bytes of further requests taken while an answer is pending; above: that answer is the last.
    qsizetype pipelinedBytesMax = 64 * 1024;
    // Announced bodies of all connections together; above: 503.
    qint64 bodyBytesInFlightMax = 256LL * 1024 * 1024;

    // Deadlines. A pending answer has none: long polls are the handlers' business.
    std::chrono::milliseconds headerDeadline{10'000};     // first byte to end of header: 408
    std::chrono::milliseconds bodyDeadline{30'000};       // end of header to end of body: 408
    std::chrono::milliseconds idleDeadline{75'000};       // keep-alive without a request: closed
    std::chrono::milliseconds handshakeDeadline{5'000};   // TLS: closed
    std::chrono::milliseconds writeStallDeadline{15'000}; // no byte of an answer taken: aborted
    std::chrono::milliseconds lingerDeadline{2'000};      // input discarded after the last answer
    qsizetype lingerBytesMax = 1024 * 1024;

    // Connections. The total is lowered at start to what the descriptor limit leaves. The default
    // for one peer lets a load test from one machine open thousands; trusted proxies are exempt.
    int connectionsMax = 16'000;
    int connectionsPerPeerMax = 12'000;
    int listenBacklog = 4'096;
};

} // namespace holdfast::http
