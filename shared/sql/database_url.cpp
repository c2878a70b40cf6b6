#include "shared/sql/database_url.h"

namespace holdfast::sql {

Result<DatabaseUrl, std::string> DatabaseUrl::parse(std::string_view text)
{
    static constexpr std::string_view sqlite = "sqlite:";
    if (text.starts_with(sqlite) && text.size() > sqlite.size()) {
        return DatabaseUrl{.engine = Engine::Sqlite,
                           .path = std::string(text.substr(sqlite.size()))};
    }
    if (text.starts_with("postgresql://") || text.starts_with("mariadb://")) {
        return Failure<std::string>("this version works on SQLite only; use sqlite:PATH");
    }
    return Failure<std::string>("a database is given as sqlite:PATH");
}

} // namespace holdfast::sql
