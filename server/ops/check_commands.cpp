#include "server/ops/commands.h"

#include "server/ops/exit.h"
#include "server/ops/open_database.h"
#include "server/store/backup.h"
#include "server/store/verify.h"

#include <cstdio>

namespace holdfast {

int runVerify(const Config& config, const QStringList& arguments)
{
    if (!arguments.isEmpty()) {
        return fail("verify takes no arguments", exitUsage);
    }
    const auto connection = openForReading(config.database);
    if (!connection) {
        return fail(connection.error());
    }
    const auto report = verify(**connection);
    if (!report) {
        return fail(report.error());
    }
    std::printf("%s\n", toText(*report).c_str());
    return report->clean() ? 0 : 1;
}

int runBackup(const Config& config, const QStringList& arguments)
{
    if (arguments.size() != 1) {
        return fail("usage: backup FILE", exitUsage);
    }
    const auto url = sql::DatabaseUrl::parse(config.database);
    if (!url) {
        return fail("--database: " + url.error(), exitUsage);
    }
    const auto done = backup(*url, arguments.first().toStdString());
    return done ? 0 : fail(done.error());
}

} // namespace holdfast
