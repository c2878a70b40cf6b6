#include "tests/e2e/replay/session.h"

#include "tests/e2e/replay/run.h"
#include "tests/support/server_process.h"
#include "tests/support/tokens.h"

#include <cstdio>

namespace holdfast::replay {

using namespace Qt::StringLiterals;
using test::ServerProcess;

namespace {

/// The totals of the whole file as its README states them, found by its size.
QStringList compareWithPublished(const Plan& plan)
{
    constexpr std::int64_t wholeFileLines = 302'051;
    if (plan.all.lines != wholeFileLines) {
        return {};
    }
    const bool same =
        plan.invoices == 15'540 && plan.all.units == 2'889'202 &&
        plan.all.valueMilli == 5'412'838'412 && plan.plainSales.valueMilli == 5'925'655'932 &&
        plan.cancellations.valueMilli == -490'693'400 && plan.cancellations.lines == 5'485;
    std::printf("Published totals of the whole file: %s\n", same ? "equal" : "DIFFER");
    return same ? QStringList() : QStringList{u"published totals differ"_s};
}

int finish(const QStringList& differences)
{
    for (const QString& text : differences) {
        std::printf("DIFFERENCE %s\n", qPrintable(text));
    }
    std::puts(differences.isEmpty() ? "\nEverything agrees." : "\nThe replay found differences.");
    return differences.isEmpty() ? 0 : 1;
}

QStringList sell(const Plan& plan, ServerProcess& server, Shop shop)
{
    shop.port = server.port();
    std::vector<qint64> ids;
    const Deeds opening = openShop(plan, shop, ids);
    std::printf("\nShop opened: %zu products and their receipts in %.1f s\n", ids.size(),
                opening.seconds);
    if (opening.faultCount > 0) {
        return opening.faults;
    }
    const Deeds deeds = replay(plan, shop, ids);
    return report(plan, deeds, readBooks(plan, shop, ids));
}

} // namespace

int runReplay(const Options& options)
{
    const RetailFile file = readRetailFile(options.file);
    if (!file.error.isEmpty()) {
        std::fprintf(stderr, "%s\n", qPrintable(file.error));
        return 2;
    }
    const Plan plan = makePlan(file.lines, options.terminals);
    QStringList differences = auditPlan(plan, file.lines) + compareWithPublished(plan);
    printPlan(plan);
    if (options.planOnly || !differences.isEmpty()) {
        return finish(differences);
    }
    ServerProcess server(
        QStringList{u"--hold-seconds"_s, u"3600"_s, u"--payment-seconds"_s, u"3600"_s} +
        options.serverArguments);
    Shop shop;
    shop.adminToken = ServerProcess::adminToken;
    for (int i = 0; i < options.terminals; ++i) {
        shop.tillTokens.append(test::createToken(server, u"cashier"_s, u"till-%1"_s.arg(i)));
        shop.managerTokens.append(test::createToken(server, u"manager"_s, u"office-%1"_s.arg(i)));
    }
    if (shop.tillTokens.contains(QByteArray()) || !server.start()) {
        return finish({u"the server does not start: %1"_s.arg(
            QString::fromUtf8(server.standardError().right(2000)))});
    }
    differences += sell(plan, server, shop);
    if (server.stop(std::chrono::seconds(30)) != 0) {
        differences.append(u"the server did not stop with exit code 0"_s);
    }
    const test::ProgramResult verified = server.tool({u"verify"_s});
    std::printf("\nholdfast-server verify: exit code %d\n%s", verified.exitCode,
                verified.out.constData());
    if (verified.exitCode != 0) {
        differences.append(u"verify: %1"_s.arg(QString::fromUtf8(verified.err)));
    }
    return finish(differences);
}

} // namespace holdfast::replay
