#pragma once

#include "server/ops/import/catalogue_import.h"
#include "server/ops/local_ledger.h"

class QIODevice;

namespace holdfast {

/// Reads a catalogue file into the shop through the ledger.
[[nodiscard]] Result<ImportSummary, std::string> loadCatalogue(LocalLedger& ledger, QIODevice& file,
                                                               QIODevice& report,
                                                               const ImportDefaults& defaults);

/// The sample catalogue that is built into the program, for --demo.
[[nodiscard]] Result<ImportSummary, std::string> loadSampleCatalogue(LocalLedger& ledger);

} // namespace holdfast
