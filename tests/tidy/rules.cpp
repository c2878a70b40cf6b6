#include "tests/tidy/rules.h"

#include <algorithm>
#include <tuple>

namespace holdfast::tidy {

Findings checkAll(const Tree& tree)
{
    Findings all;
    for (const auto& rule :
         {checkIncludes, checkQtVersions, checkFileLengths, checkLineLengths, checkFunctionLengths,
          checkForbidden, checkComments, checkQml, checkDocumentPaths, checkDocumentForm,
          checkSourcesListed, checkSuppressions}) {
        const Findings found = rule(tree);
        all.insert(all.end(), found.begin(), found.end());
    }
    std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.path, a.line) < std::tie(b.path, b.line);
    });
    return all;
}

} // namespace holdfast::tidy
