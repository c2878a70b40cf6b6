#include "tests/tidy/rules.h"

#include <QRegularExpression>

#include <algorithm>

namespace holdfast::tidy {

namespace {

/// A construct that is not used here, what is used in its place, and where it is right after all
/// (beginnings of paths).
struct Forbidden
{
    QString name;
    QRegularExpression expression;
    QString instead;
    QStringList allowedIn;
};

Forbidden forbidden(const char* name, const char* expression, const char* instead,
                    const char* allowedIn = "")
{
    return {QString::fromLatin1(name), QRegularExpression(QString::fromLatin1(expression)),
            QString::fromLatin1(instead),
            QString::fromLatin1(allowedIn).split(u' ', Qt::SkipEmptyParts)};
}

/// Where time is read: everywhere else it comes in as a value.
constexpr const char* clocks = "server/main server/runtime/clock server/http/front/answer_writer "
                               "server/payments/simulator/main app/main tests/";

/// Programs and their sub-commands talk on their standard output; libraries do not.
constexpr const char* programs = "server/main server/ops/commands server/ops/check_commands "
                                 "server/ops/serve server/ops/exit.cpp "
                                 "server/payments/simulator/main app/main "
                                 "shared/domain/assert.cpp tests/";

/// A pause between tries of a batch that the database could not take: there is nothing to wait for.
constexpr const char* retryPause = "server/runtime/writer.cpp server/ops/local_ledger.cpp";

std::vector<Forbidden> waits()
{
    return {
        forbidden(
            "QTest::qWait", "\\bQTest::q(Wait|Sleep)\\s*\\(",
            "wait for a condition with a deadline: QTRY_VERIFY_WITH_TIMEOUT, QTest::qWaitFor"),
        forbidden("sleep", "\\b(sleep_for|sleep_until|usleep|nanosleep|QThread::m?u?sleep)\\s*\\(",
                  "wait for a condition with a deadline, or use a timer", retryPause),
    };
}

std::vector<Forbidden> ambient()
{
    return {
        forbidden("rand", "(?<![\\w.>])(std::)?s?rand\\s*\\(",
                  "a seeded std::mt19937_64 in tests, QRandomGenerator for secrets"),
        forbidden("current time",
                  "\\b(currentDateTime(Utc)?|currentMSecsSinceEpoch|currentSecsSinceEpoch|"
                  "QTime::currentTime|QDate::currentDate|system_clock::now)\\s*\\(|"
                  "(?<![\\w.>])(std::)?time\\s*\\(\\s*(nullptr|NULL|0)\\s*\\)",
                  "take the time as a value (Instant), or read it where the clocks are", clocks),
        forbidden("system", "(?<![\\w.>:])(std::|::)?(system|popen)\\s*\\(",
                  "QProcess with a list of arguments"),
        forbidden("printing", "\\bstd::(cout|cerr|clog)\\b|(?<![\\w.>])(std::)?f?printf\\s*\\(",
                  "the log, or a value that the caller shows", programs),
        forbidden("qDebug", "\\bqDebug\\s*\\(", "the log; debugging output is not committed"),
    };
}

std::vector<Forbidden> constructs()
{
    return {
        forbidden("instance()",
                  "(?<!::)\\binstance\\s*\\(\\s*\\)\\s*(const\\s*)?[{;]|"
                  "(?<!Application)(?<!Dispatcher)::instance\\s*\\(\\s*\\)",
                  "hand the object to whom needs it, by reference, in the constructor"),
        forbidden("setContextProperty", "\\bsetContextProperty\\s*\\(",
                  "a registered type, and required properties"),
        // A private constructor leaves nothing but new for its factory, inside an owner.
        forbidden("naked new",
                  "\\bunique_ptr\\s*<[^;{}()]*>\\s*\\w*\\s*[({]\\s*new\\b(*SKIP)(*FAIL)|"
                  "\\bnew\\s+[\\w:]+(<[^;{}()]*>)?\\s*(\\(\\s*\\)|\\{\\s*\\}|;|\\[)",
                  "std::make_unique, a value, or a QObject with its parent"),
        forbidden("delete", "\\bdelete\\b(?!\\s*[;,)])",
                  "an owner: a value, std::unique_ptr, a parent"),
        forbidden("assert", "(?<![\\w.>])(assert|Q_ASSERT|Q_ASSERT_X)\\s*\\(",
                  "HOLDFAST_ASSERT, which stays on in release"),
        forbidden("using namespace std", "\\busing\\s+namespace\\s+std\\s*;",
                  "the names with std::"),
        // The first two start themselves again as a child that may crash or run out of descriptors;
        // the third compares with another implementation, which is not on every machine; the small
        // disk needs a system that lets somebody mount one.
        forbidden("skipped test", "\\bQSKIP\\s*\\(|\\bQEXPECT_FAIL\\s*\\(",
                  "a test that runs, or none",
                  "tests/faults/test_full_disk tests/http/front_reply_test tests/http/front_storm "
                  "tests/payments/test_webhook_cross_check"),
    };
}

const std::vector<Forbidden>& allForbidden()
{
    static const std::vector<Forbidden> all = [] {
        std::vector<Forbidden> list;
        for (const auto& part : {waits(), ambient(), constructs()}) {
            list.insert(list.end(), part.begin(), part.end());
        }
        return list;
    }();
    return all;
}

bool isAllowed(const Forbidden& forbidden, const QString& path)
{
    return std::any_of(forbidden.allowedIn.begin(), forbidden.allowedIn.end(),
                       [&path](const QString& start) { return path.startsWith(start); });
}

} // namespace

Findings checkForbidden(const Tree& tree)
{
    Findings findings;
    for (const SourceFile& file : tree.files) {
        if (!isCpp(file.path)) {
            continue;
        }
        const QString code = layersOf(file).code;
        for (const Forbidden& forbidden : allForbidden()) {
            if (isAllowed(forbidden, file.path)) {
                continue;
            }
            auto matches = forbidden.expression.globalMatch(code);
            while (matches.hasNext()) {
                const auto match = matches.next();
                findings.push_back({file.path, lineAt(code, match.capturedStart()),
                                    QStringLiteral("forbidden"),
                                    forbidden.name + u": use instead " + forbidden.instead});
            }
        }
    }
    return findings;
}

Findings checkComments(const Tree& tree)
{
    static const QRegularExpression silenced(
        QStringLiteral("\\bNOLINT\\w*\\b(?!\\([\\w., -]+\\):? \\S)"));
    static const QRegularExpression unfinished(QStringLiteral("\\b(TODO|FIXME|XXX|HACK)\\b"));
    Findings findings;
    for (const SourceFile& file : tree.files) {
        if (!isCpp(file.path) && !isQml(file.path)) {
            continue;
        }
        const QString comments = layersOf(file).comments;
        qsizetype number = 0;
        for (const QString& line : comments.split(u'\n')) {
            ++number;
            if (silenced.match(line).hasMatch() && !line.contains(u"NOLINTEND")) {
                findings.push_back(
                    {file.path, number, QStringLiteral("silenced warning"),
                     QStringLiteral("name the check and the reason: NOLINT(check): why")});
            }
            if (unfinished.match(line).hasMatch()) {
                findings.push_back({file.path, number, QStringLiteral("unfinished work"),
                                    QStringLiteral("finish it, or write it into docs/roadmap.md")});
            }
        }
    }
    return findings;
}

} // namespace holdfast::tidy
