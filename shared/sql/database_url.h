#pragma once

#include "shared/domain/result.h"

#include <string>
#include <string_view>

namespace holdfast::sql {

enum class Engine { Sqlite };

/// Where the shop's data is: "sqlite:PATH". The other engines of the contract are recognised and
/// refused with a sentence until they are built.
struct DatabaseUrl
{
    Engine engine = Engine::Sqlite;
    std::string path;

    [[nodiscard]] static Result<DatabaseUrl, std::string> parse(std::string_view text);
};

} // namespace holdfast::sql
