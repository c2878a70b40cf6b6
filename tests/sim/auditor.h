#pragma once

#include "server/runtime/command_answer.h"
#include "tests/sim/key_book.h"
#include "tests/sim/model.h"
#include "tests/sim/request.h"
#include "tests/sim/sim_database.h"
#include "tests/sim/verdict.h"
#include "tests/support/memory_shop.h"

#include <map>
#include <string>
#include <vector>

namespace holdfast::sim {

/// Believes nobody: folds the journal into its own model after every commit, compares the tables
/// with it, and holds every answer against it, when it is given and once more at the end.
class Auditor
{
public:
    explicit Auditor(const MemoryShop& shop);

    /// A server has taken the request; from now on it may have its effect.
    void sent(const Envelope& envelope) { m_keys.sent(envelope); }
    /// The database has committed something.
    void committed();
    /// A server has given an answer, whether or not it arrives.
    void answered(const Request& request, const Envelope& sent, const CommandAnswer& answer);
    /// A hold was refused for want of stock: was there really no more when the server looked? It
    /// can be told when nothing else of the batch was about these goods.
    void refused(const Request& request, const Look& look, std::string_view body);
    /// When nothing fails any more and everybody has had time.
    void atEnd(Instant now);

    [[nodiscard]] Verdict& verdict() { return m_verdict; }
    [[nodiscard]] const Model& model() const { return m_model; }
    /// Of the whole journal.
    [[nodiscard]] std::uint64_t journalHash() const { return m_lastHash; }
    [[nodiscard]] std::size_t answers() const { return m_answers; }

private:
    struct Kept
    {
        const Request* request = nullptr;
        int status = 0;
        std::string body = {};
    };

    void compareRows(const Event& event);
    void compareProduct(ProductId id);
    void compareHold(HoldId id);
    void compareOrder(OrderId id);
    void comparePaymentEvent(const EventName& name);
    void checkEvent(const Request& request, const CommandAnswer& answer);
    void checkEndOf(Instant now);
    [[nodiscard]] bool nothingNewSince(const Look& look) const;

    const MemoryShop& m_shop;
    Verdict m_verdict;
    Model m_model{m_verdict};
    KeyBook m_keys{m_verdict};
    std::size_t m_folded = 0; ///< records of the journal
    std::uint64_t m_lastHash = 0;
    std::size_t m_movementsSeen = 0;
    std::map<ProductId, Units> m_moved; ///< the sum of the movements' list
    std::map<EventName, int> m_eventsTold;
    std::vector<Kept> m_kept;
    std::size_t m_answers = 0;
};

/// Whether an answer agrees with what the journal says; what is wrong with it goes to the verdict.
void checkTruth(const Model& model, Verdict& verdict, const Request& request, int status,
                std::string_view body);

} // namespace holdfast::sim
