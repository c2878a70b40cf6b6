#pragma once

#include "tests/ledger/coverage.h"
#include "tests/ledger/story_shop.h"

#include <string>
#include <vector>

namespace holdfast {

/// One line of a story: what is said to the shop, and what it must answer.
struct StoryLine
{
    int number = 0; ///< in its file
    Sentence sentence = {};
    std::string expected = {};
    bool endsBatch = true; ///< false for all but the last line between "{" and "}"
};

/// A story of a file: "# Title", then lines "sentence -> answer". Text behind "//" is for people.
/// Lines between "{" and "}" are decided as one batch. A title may be followed by "rules hold=60".
/// "3 times place a# 1x1 -> …" are three lines in one batch, with 1, 2, 3 for the "#".
struct Story
{
    std::string title = {};
    LedgerRules rules = {};
    std::vector<StoryLine> lines = {};
};

/// The stories of tests/ledger/`name`.cases.
[[nodiscard]] std::vector<Story> readStories(const std::string& name);

/// The names of all files.
[[nodiscard]] std::vector<std::string> storyFiles();

/// Tells the story to a shop with this store; empty when every answer was right, else each wrong
/// one with its line. What the ledger has shown is added to `coverage`.
[[nodiscard]] std::string tell(const Story& story, LedgerStore& store,
                               Coverage* coverage = nullptr);

} // namespace holdfast
