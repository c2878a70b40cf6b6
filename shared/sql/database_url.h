#pragma once

#include "shared/domain/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::sql {

enum class Engine { Sqlite, PostgreSql, MariaDb };

/// Where the shop's data is: "sqlite:PATH", "postgresql://user:pw@host:port/db" or
/// "mariadb://user:pw@host:port/db". A server on the same machine may also be reached by its
/// socket: "?host=/run/postgresql" (the folder), "?socket=/run/mysqld/mysqld.sock" (the file).
struct DatabaseUrl
{
    Engine engine = Engine::Sqlite;
    std::string path = {};     ///< SQLite: the file. Otherwise the name of the database
    std::string host = {};     ///< name, address, or PostgreSQL's socket folder
    std::uint16_t port = 0;    ///< 0: the engine's own
    std::string user = {};     ///< empty: the one of the operating system
    std::string password = {}; ///< never shown
    std::string socket = {};   ///< MariaDB's socket file

    /// The error is one line for people and repeats nothing of the text, which may hold a password.
    [[nodiscard]] static Result<DatabaseUrl, std::string> parse(std::string_view text);

    /// For messages: without user and password.
    [[nodiscard]] std::string shown() const;

    /// As it was given, with *** for the password.
    [[nodiscard]] std::string masked() const;
};

} // namespace holdfast::sql
