#pragma once

#include "shared/sql/connection.h"
#include "shared/sql/write_lock.h"

#include <memory>
#include <string>

namespace holdfast {

/// A database for writing, brought to the newest schema, with the lock that its writers share.
struct WritableDatabase
{
    std::unique_ptr<sql::WriteLock> lock;
    std::unique_ptr<sql::Connection> connection;

    [[nodiscard]] static Result<WritableDatabase, std::string> open(const std::string& url);
};

/// An existing database for reading. Errors are one line for people.
[[nodiscard]] Result<std::unique_ptr<sql::Connection>, std::string>
openForReading(const std::string& url);

} // namespace holdfast
