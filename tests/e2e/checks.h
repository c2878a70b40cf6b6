#pragma once

#include "tests/support/http_client.h"

#include <QTest>

/// Compares a reply's status; on failure the whole reply is shown. The reply is evaluated once.
#define CHECK_STATUS(reply, wanted)                                                                \
    do {                                                                                           \
        const QByteArray statusFault_ = holdfast::test::statusFault(reply, wanted);                \
        QVERIFY2(statusFault_.isEmpty(), statusFault_.constData());                                \
    } while (false)

/// A refusal: its status, its code and the whole shape of a problem document.
#define CHECK_PROBLEM(reply, wanted, word)                                                         \
    do {                                                                                           \
        const QByteArray problemFault_ = holdfast::test::problemFault(reply, wanted, word);        \
        QVERIFY2(problemFault_.isEmpty(), problemFault_.constData());                              \
    } while (false)

namespace holdfast::test {

/// Empty when the reply has the status.
QByteArray statusFault(const HttpReply& reply, int wanted);

/// Empty when the reply is a well-formed problem document with this status and code.
QByteArray problemFault(const HttpReply& reply, int wanted, const char* code);

/// What is wrong with a problem document (RFC 9457 and contract section 2); empty when nothing.
QByteArray problemFault(const HttpReply& reply);

/// RFC 3339 in UTC with milliseconds.
bool isInstant(const QString& text);
bool isUuid(const QString& text);

} // namespace holdfast::test
