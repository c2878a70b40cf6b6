#pragma once

#include "server/runtime/command_answer.h"
#include "tests/sim/request.h"
#include "tests/sim/verdict.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::sim {

/// The value of the first field of that name in a JSON text of ours; "" when there is none. Bodies
/// are read as text: the simulator must not believe the code that wrote them.
[[nodiscard]] std::string_view fieldOf(std::string_view body, std::string_view name);

/// One key, one answer: what was said under each key, and who has sent it with what.
class KeyBook
{
public:
    explicit KeyBook(Verdict& verdict) : m_verdict(verdict) {}

    void sent(const Envelope& envelope);
    void answered(const Envelope& envelope, const CommandAnswer& answer, std::string_view code);

private:
    struct Said
    {
        RequestHash hash = {};
        int status = 0;
        std::string body = {};
    };
    struct Entry
    {
        std::vector<std::pair<RequestHash, int>> sent = {}; ///< and how often
        std::optional<Said> said = {};
        std::vector<RequestHash> refused = {}; ///< as used for something else
    };

    void checkReuse(const AnswerClaim& claim);
    void checkAnswer(const AnswerClaim& claim, const CommandAnswer& answer);
    void checkReplay(const Envelope& envelope);

    Verdict& m_verdict;
    std::map<AnswerKey, Entry> m_keys;
};

} // namespace holdfast::sim
