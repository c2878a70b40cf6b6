#include "tests/support/test_database.h"

#include <QtGlobal>

namespace holdfast::test {

namespace {

std::unique_ptr<DatabaseServer> startedServer()
{
    const QByteArray engine = qgetenv("HOLDFAST_TEST_ENGINE");
    std::unique_ptr<DatabaseServer> server;
    if (engine == "postgresql") {
        server = std::make_unique<PostgresServer>();
    } else if (engine == "mariadb") {
        server = std::make_unique<MariaDbServer>();
    } else if (!engine.isEmpty()) {
        qFatal("HOLDFAST_TEST_ENGINE is postgresql or mariadb, not '%s'", engine.constData());
    }
    if (server && !server->start()) {
        qFatal("%s", server->problem());
    }
    return server;
}

} // namespace

DatabaseServer* databaseServer()
{
    static const std::unique_ptr<DatabaseServer> server = startedServer();
    return server.get();
}

QString newDatabaseUrl(const QString& folder)
{
    DatabaseServer* const server = databaseServer();
    if (server == nullptr) {
        return QStringLiteral("sqlite:") + folder + QStringLiteral("/shop.db");
    }
    const QString url = server->createDatabase();
    if (url.isEmpty()) {
        qFatal("%s", server->problem());
    }
    return url;
}

} // namespace holdfast::test
