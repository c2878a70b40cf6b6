#include "shared/sql/database_url.h"

#include <QUrl>
#include <QUrlQuery>

namespace holdfast::sql {

namespace {

constexpr std::string_view forms =
    "a database is given as sqlite:PATH, postgresql://user:password@host:port/database or "
    "mariadb://user:password@host:port/database";

std::string decoded(const QString& text)
{
    return text.toStdString();
}

/// "?socket=" and "?host=": the ways around a network that both engines have.
bool takeQuery(const QUrl& url, DatabaseUrl& result)
{
    const QUrlQuery query(url);
    for (const auto& [key, value] : query.queryItems(QUrl::FullyDecoded)) {
        if (key == QLatin1String("host") && result.engine == Engine::PostgreSql) {
            result.host = value.toStdString();
        } else if (key == QLatin1String("socket") && result.engine == Engine::MariaDb) {
            result.socket = value.toStdString();
        } else {
            return false;
        }
    }
    return true;
}

/// An @ behind the address is most likely one behind a password with a slash, "?" or "#" in it,
/// which would be taken for something that is shown. One that is meant is percent-encoded.
bool hasLateAt(std::string_view text)
{
    const std::size_t address = text.find("://") + 3;
    const std::size_t end = text.find_first_of("/?#", address);
    return end != std::string_view::npos && text.find('@', end) != std::string_view::npos;
}

Result<DatabaseUrl, std::string> parseServer(Engine engine, std::string_view text)
{
    const QUrl url(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())),
                   QUrl::StrictMode);
    DatabaseUrl result{.engine = engine,
                       .path = decoded(url.path(QUrl::FullyDecoded).mid(1)),
                       .host = decoded(url.host(QUrl::FullyDecoded)),
                       .port = static_cast<std::uint16_t>(url.port(0)),
                       .user = decoded(url.userName(QUrl::FullyDecoded)),
                       .password = decoded(url.password(QUrl::FullyDecoded))};
    const bool named = !result.path.empty() && result.path.find('/') == std::string::npos;
    if (!url.isValid() || !named || url.hasFragment() || hasLateAt(text) ||
        !takeQuery(url, result)) {
        return Failure<std::string>(std::string(forms));
    }
    if (result.host.empty() && result.socket.empty()) {
        result.host = "127.0.0.1";
    }
    return result;
}

} // namespace

Result<DatabaseUrl, std::string> DatabaseUrl::parse(std::string_view text)
{
    static constexpr std::string_view sqlite = "sqlite:";
    if (text.starts_with(sqlite) && text.size() > sqlite.size()) {
        return DatabaseUrl{.engine = Engine::Sqlite,
                           .path = std::string(text.substr(sqlite.size()))};
    }
    if (text.starts_with("postgresql://")) {
        return parseServer(Engine::PostgreSql, text);
    }
    if (text.starts_with("mariadb://")) {
        return parseServer(Engine::MariaDb, text);
    }
    return Failure<std::string>(std::string(forms));
}

std::string DatabaseUrl::shown() const
{
    if (engine == Engine::Sqlite) {
        return path;
    }
    const std::string place = socket.empty() ? host : socket;
    return (engine == Engine::PostgreSql ? "PostgreSQL database " : "MariaDB database ") + path +
           " at " + place + (port == 0 ? "" : ':' + std::to_string(port));
}

std::string DatabaseUrl::masked() const
{
    if (engine == Engine::Sqlite) {
        return "sqlite:" + path;
    }
    // Somebody may have encoded the colon before the password as well.
    const std::string name = user.find(':') == std::string::npos ? user : "***";
    const bool folder = host.starts_with('/');
    std::string text = engine == Engine::PostgreSql ? "postgresql://" : "mariadb://";
    if (!name.empty() || !password.empty()) {
        text += name + (password.empty() ? "" : ":***") + '@';
    }
    text += (folder ? "" : host) + (port == 0 ? "" : ':' + std::to_string(port)) + '/' + path;
    return text + (folder ? "?host=" + host : !socket.empty() ? "?socket=" + socket : "");
}

} // namespace holdfast::sql
