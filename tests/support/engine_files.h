#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>

namespace holdfast::test {

/// Whom database servers run as: PostgreSQL and MariaDB refuse to run as root. -1: as we are.
struct ServerAccount
{
    qint64 user = -1;
    qint64 group = -1;
};

ServerAccount serverAccount();

/// Gives a file, or a folder with all that is in it, to the account.
void giveTo(const ServerAccount& account, const QString& path);

QByteArray contentOf(const QString& path);

/// A port of 127.0.0.1 that nobody listens on, below the range that the kernel takes ports for
/// outgoing connections from: it is still free when a killed server starts again.
quint16 freePort();

/// The first of these programs that exists and may be run; names without a folder are looked for
/// where Debian puts programs, for everyone and for root.
QString findProgram(const QStringList& candidates);

/// Runs a set-up tool as the account. None when it worked, else what it said last.
std::optional<QByteArray> runAs(const ServerAccount& account, const QString& program,
                                const QStringList& arguments);

/// Copies the template `name` of this build folder to `target`. When there is none yet, `make`
/// fills a new folder with it first: once, also when two tests want it at the same time. None
/// when it worked, else why not.
std::optional<QByteArray>
copyTemplate(const QString& name, const QString& target,
             const std::function<std::optional<QByteArray>(const QString& folder)>& make);

} // namespace holdfast::test
