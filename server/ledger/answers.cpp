#include "server/ledger/answers.h"

namespace holdfast {

namespace {

Refused usedOtherwise(const AnswerKey& key)
{
    const bool header = key.kind == AnswerKey::Kind::Header;
    return {.code = header ? RefusalCode::IdempotencyKeyReused : RefusalCode::IdConflict};
}

} // namespace

Decision AnswerBook::recall(const Envelope& envelope) const
{
    Decision decision;
    for (const AnswerClaim& claim : envelope.claims) {
        const auto stored = m_slice.answers.find(claim.key);
        const auto inBatch = m_inBatch.find(claim.key);
        const RequestHash* hash = nullptr;
        if (stored != m_slice.answers.end()) {
            hash = &stored->second.hash;
        } else if (inBatch != m_inBatch.end()) {
            hash = &inBatch->second.hash;
        } else {
            decision.record.push_back(claim);
            continue;
        }
        if (*hash != claim.hash) {
            return {.outcome = usedOtherwise(claim.key), .known = true, .record = {}};
        }
        if (!decision.known) {
            decision.known = true;
            decision.outcome = stored != m_slice.answers.end()
                                   ? Outcome{ReplayStored{stored->second.answer}}
                                   : Outcome{ReplayOfCommand{inBatch->second.index}};
        }
    }
    return decision;
}

void AnswerBook::remember(std::size_t index, const Decision& decision)
{
    for (const AnswerClaim& claim : decision.record) {
        m_inBatch.emplace(claim.key, InBatch{claim.hash, index});
    }
}

} // namespace holdfast
