#pragma once

#include "server/ledger/ledger.h"
#include "server/ledger/ports.h"

#include <map>
#include <string>
#include <vector>

namespace holdfast {

class Coverage;

/// A sentence of a story, cut into words: "pay o cash amount=5" has the verb "pay", the arguments
/// "o", "cash" and the option amount = "5".
struct Sentence
{
    std::string text = {};
    std::string verb = {};
    std::vector<std::string> words = {};
    std::map<std::string, std::string> options = {};

    [[nodiscard]] static Sentence parse(const std::string& text);
    [[nodiscard]] const std::string& word(std::size_t index) const;
    [[nodiscard]] bool has(const std::string& option) const { return options.contains(option); }
    [[nodiscard]] std::optional<std::int64_t> number(const std::string& option) const;
};

/// A shop that is told what to do in sentences and answers in words: the ledger over any store,
/// with a clock that only moves when told. The same sentences give the same words on every store.
class StoryShop
{
public:
    /// What the ledger does is added to `coverage`, unless that is null.
    StoryShop(LedgerStore& store, LedgerRules rules, Coverage* coverage = nullptr);

    /// Decides these sentences as one batch, in one transaction, and says what came out of each.
    std::vector<std::string> batch(const std::vector<Sentence>& sentences);

    /// Sentences that change nothing: "wait 5s", "as kiosk 7", "stock 1", "hold a" …
    [[nodiscard]] bool knowsAside(const std::string& verb) const;
    std::string aside(const Sentence& sentence);

    [[nodiscard]] Instant now() const { return m_now; }

    /// Ids are made of names, so that they are the same in every run.
    [[nodiscard]] static Uuid idOf(const std::string& name, std::uint8_t kind);

private:
    [[nodiscard]] Envelope envelopeOf(const Sentence& sentence) const;
    [[nodiscard]] Slice look(const SliceRequest& request);
    [[nodiscard]] std::string lookAtStock(const Sentence& sentence);
    [[nodiscard]] std::string lookAtHold(const Sentence& sentence);
    [[nodiscard]] std::string lookAtOrder(const Sentence& sentence);
    [[nodiscard]] std::string lookAtEvent(const Sentence& sentence);
    void keepWhatHappened(const Slice& slice);

    Ledger m_ledger;
    LedgerStore& m_store;
    Coverage* m_coverage;
    Caller m_caller;
    Instant m_start;
    Instant m_now;
    std::string m_happened; ///< kinds of the last batch's events
    std::string m_alerts;   ///< of the last batch
    std::string m_moves;    ///< of the last batch
};

/// What a decision says, in few words; times are seconds since the story began.
[[nodiscard]] std::string wordsOf(const Outcome& outcome, Instant start);

/// The command of a sentence; stops the test when it makes no sense.
[[nodiscard]] Command commandOf(const Sentence& sentence);

} // namespace holdfast
