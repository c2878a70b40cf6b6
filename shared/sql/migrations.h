#pragma once

#include "shared/domain/result.h"
#include "shared/sql/connection.h"
#include "shared/sql/write_lock.h"

#include <span>
#include <string>
#include <string_view>

namespace holdfast::sql {

/// One step of a schema: statements separated by lines that hold only ";;", written as
/// schemaStatement() takes them. Steps only go forward and are never edited once they have landed.
struct Migration
{
    int version = 0;
    std::string_view script = {};
};

/// Brings the database to the newest version, each step in its own transaction. MariaDB commits
/// each statement of a schema by itself; a step that was broken off there goes on where it stood,
/// since what exists already is left alone. Safe when two processes start at once. The error is one
/// line for people; a newer schema is refused.
[[nodiscard]] Result<void, std::string> migrate(Connection& connection, WriteLock& lock,
                                                std::span<const Migration> migrations);

/// The version that the database has; 0 when it is empty.
[[nodiscard]] int schemaVersion(Connection& connection);

} // namespace holdfast::sql
