#pragma once

#include "server/ledger/ports.h"
#include "shared/sql/connection.h"

namespace holdfast {

/// Writes what a batch has changed: one guarded update for each stock row, state changes guarded
/// by the state that was fetched, multi-row inserts. Runs inside the caller's transaction. Busy
/// when a guard did not hold: the slice was not what the database has; the batch must be decided
/// anew. Other errors stay on the connection.
[[nodiscard]] Result<void, StoreError> writeSlice(sql::Connection& connection, const Slice& slice);

void writeAnswers(sql::Connection& connection, std::span<const AnswerRecord> answers, Instant now);

/// Writes something that changes nothing: when its commit is on the disk, so is everything that has
/// been committed before.
void probeStorage(sql::Connection& connection);

/// Old answers go in pieces, so that no batch waits long.
void forgetAnswers(sql::Connection& connection, Instant before);

} // namespace holdfast
