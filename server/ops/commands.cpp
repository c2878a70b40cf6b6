#include "server/ops/commands.h"

#include "server/http/token_directory.h"
#include "server/ops/catalogue_loader.h"
#include "server/ops/exit.h"
#include "server/ops/export_catalogue.h"
#include "server/ops/local_ledger.h"
#include "server/ops/open_database.h"
#include "server/store/queries.h"
#include "shared/sql/migrations.h"

#include <QFile>
#include <QFileInfo>

#include <cstdio>

namespace holdfast {

namespace {

Result<std::unique_ptr<LocalLedger>, std::string> openLedger(const Config& config)
{
    auto database = WritableDatabase::open(config.database);
    if (!database) {
        return Failure<std::string>(database.error());
    }
    return std::make_unique<LocalLedger>(std::move(*database), config.rules);
}

/// Takes "--name VALUE" out of the arguments; empty when it is not there.
QString takeValue(QStringList& arguments, const QString& name)
{
    const qsizetype at = arguments.indexOf(name);
    if (at < 0 || at + 1 >= arguments.size()) {
        return {};
    }
    const QString value = arguments[at + 1];
    arguments.remove(at, 2);
    return value;
}

int createToken(const Config& config, QStringList arguments)
{
    const QString name = takeValue(arguments, QStringLiteral("--name"));
    const auto role = parseRole(takeValue(arguments, QStringLiteral("--role")).toStdString());
    if (!role || !arguments.isEmpty()) {
        return fail("usage: token create --role kiosk|cashier|manager|admin [--name NAME]",
                    exitUsage);
    }
    auto ledger = openLedger(config);
    if (!ledger) {
        return fail(ledger.error());
    }
    const std::string secret = makeSecret();
    const std::string tokenName =
        name.isEmpty() ? std::string(toString(*role)) : name.toStdString();
    const auto outcome = (*ledger)->run(
        CreateToken{.name = tokenName, .role = *role, .secretHash = hashSecret(secret)});
    if (!outcome) {
        return fail(outcome.error());
    }
    // Only the token on standard output, so that scripts can take it; it is not shown again.
    std::fprintf(stderr, "token %lld (%s, %s); it is shown once:\n",
                 static_cast<long long>(std::get<TokenOutcome>(*outcome).token.id),
                 tokenName.c_str(), std::string(toString(*role)).c_str());
    std::printf("%s\n", secret.c_str());
    return exitOk;
}

int listTokens(const Config& config)
{
    const auto connection = openForReading(config.database);
    if (!connection) {
        return fail(connection.error());
    }
    const auto tokens = TokenQueries(**connection).all();
    if (!tokens) {
        return fail("the tokens cannot be read");
    }
    for (const TokenEntry& token : *tokens) {
        std::printf("%lld\t%s\t%s\t%s\t%s\n", static_cast<long long>(token.id),
                    std::string(toString(token.role)).c_str(), token.name.c_str(),
                    toString(token.createdAt).c_str(),
                    token.revokedAt ? ("revoked " + toString(*token.revokedAt)).c_str() : "valid");
    }
    return exitOk;
}

int revokeToken(const Config& config, const QString& text)
{
    bool isNumber = false;
    const qlonglong id = text.toLongLong(&isNumber);
    if (!isNumber) {
        return fail("usage: token revoke ID", exitUsage);
    }
    auto ledger = openLedger(config);
    if (!ledger) {
        return fail(ledger.error());
    }
    const auto outcome = (*ledger)->run(RevokeToken{.id = {id}});
    if (!outcome) {
        return fail(outcome.error());
    }
    if (std::holds_alternative<Refused>(*outcome)) {
        return fail("there is no token " + text.toStdString());
    }
    return exitOk;
}

} // namespace

int runMigrate(const Config& config, const QStringList& arguments)
{
    if (!arguments.isEmpty()) {
        return fail("migrate takes no arguments", exitUsage);
    }
    auto database = WritableDatabase::open(config.database);
    if (!database) {
        return fail(database.error());
    }
    std::printf("schema version %d\n", sql::schemaVersion(*database->connection));
    return exitOk;
}

int runImport(const Config& config, const QStringList& given)
{
    QStringList arguments = given;
    QString reportPath = takeValue(arguments, QStringLiteral("--report"));
    const QString currencyCode = takeValue(arguments, QStringLiteral("--currency"));
    const auto currency = currencyCode.isEmpty() ? std::optional(Currency{})
                                                 : Currency::parse(currencyCode.toStdString());
    if (arguments.size() != 1 || !currency) {
        return fail("usage: import FILE.csv [--report REPORT.csv] [--currency EUR]", exitUsage);
    }
    QFile file(arguments.first());
    if (!file.open(QIODevice::ReadOnly)) {
        return fail("cannot read " + arguments.first().toStdString() + ": " +
                    file.errorString().toStdString());
    }
    if (reportPath.isEmpty()) {
        reportPath =
            QFileInfo(arguments.first()).completeBaseName() + QStringLiteral("-import-report.csv");
    }
    QFile report(reportPath);
    if (!report.open(QIODevice::WriteOnly | QIODevice::Truncate)) {
        return fail("cannot write " + reportPath.toStdString() + ": " +
                    report.errorString().toStdString());
    }
    auto ledger = openLedger(config);
    if (!ledger) {
        return fail(ledger.error());
    }
    const auto summary = loadCatalogue(**ledger, file, report, {.currency = *currency});
    if (!summary) {
        return fail(summary.error());
    }
    std::printf("%sreport: %s\n", toText(*summary).c_str(), reportPath.toStdString().c_str());
    return exitOk;
}

int runExport(const Config& config, const QStringList& arguments)
{
    if (arguments.size() > 1) {
        return fail("usage: export [FILE.csv]", exitUsage);
    }
    const auto connection = openForReading(config.database);
    if (!connection) {
        return fail(connection.error());
    }
    QFile out;
    const bool opened = arguments.isEmpty()
                            ? out.open(stdout, QIODevice::WriteOnly)
                            : (out.setFileName(arguments.first()), out.open(QIODevice::WriteOnly));
    if (!opened) {
        return fail("cannot write " + arguments.first().toStdString());
    }
    const auto count = exportCatalogue(**connection, out);
    return count ? exitOk : fail(count.error());
}

int runToken(const Config& config, const QStringList& arguments)
{
    const QString action = arguments.value(0);
    if (action == QLatin1String("create")) {
        return createToken(config, arguments.mid(1));
    }
    if (action == QLatin1String("list") && arguments.size() == 1) {
        return listTokens(config);
    }
    if (action == QLatin1String("revoke") && arguments.size() == 2) {
        return revokeToken(config, arguments[1]);
    }
    return fail("usage: token create|list|revoke", exitUsage);
}

int runConfig(const Config& config, const QStringList& arguments)
{
    if (!arguments.isEmpty()) {
        return fail("config takes no arguments", exitUsage);
    }
    std::printf("%s", describe(config).c_str());
    return exitOk;
}

} // namespace holdfast
