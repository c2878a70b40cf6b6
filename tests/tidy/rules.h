#pragma once

#include "tests/tidy/tree.h"

/// The habits of this repository as checks. Each takes a whole tree and returns what it found;
/// each has a planted violation in test_tidy_rules.cpp that shows it at work.
namespace holdfast::tidy {

// rules_layers.cpp
/// Who may include whom: the folders of docs/architecture.md, and no Qt in domain and ledger.
Findings checkIncludes(const Tree& tree);
/// Every difference between versions of Qt stands in one file (a header and its source).
Findings checkQtVersions(const Tree& tree);

// rules_size.cpp
Findings checkFileLengths(const Tree& tree);
Findings checkLineLengths(const Tree& tree);
Findings checkFunctionLengths(const Tree& tree);

// rules_calls.cpp
/// Calls and constructs that have a better replacement here.
Findings checkForbidden(const Tree& tree);
/// A silenced warning names the check and says why; unfinished work is in the roadmap.
Findings checkComments(const Tree& tree);

// rules_qml.cpp
/// Views declare: no script files, few functions, typed properties, colours from the theme.
Findings checkQml(const Tree& tree);

// rules_documents.cpp
/// Every path of this repository that a document names exists.
Findings checkDocumentPaths(const Tree& tree);
/// One title a document; the change log keeps to the form that it names.
Findings checkDocumentForm(const Tree& tree);

// rules_build.cpp
/// Every source is in a list of CMake, and every folder with one is entered by its parent.
Findings checkSourcesListed(const Tree& tree);
/// Every exception in a list of suppressions has its reason above it.
Findings checkSuppressions(const Tree& tree);

/// All of the above, in the order of their paths.
Findings checkAll(const Tree& tree);

} // namespace holdfast::tidy
