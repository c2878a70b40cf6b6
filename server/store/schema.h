#pragma once

#include "shared/sql/migrations.h"

#include <span>

namespace holdfast {

/// All steps of the shop's schema, oldest first.
[[nodiscard]] std::span<const sql::Migration> schemaMigrations();

} // namespace holdfast
