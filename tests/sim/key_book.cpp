#include "tests/sim/key_book.h"

#include <algorithm>

namespace holdfast::sim {

std::string_view fieldOf(std::string_view body, std::string_view name)
{
    const std::string wanted = '"' + std::string(name) + "\":";
    const auto at = body.find(wanted);
    if (at == std::string_view::npos) {
        return {};
    }
    body.remove_prefix(at + wanted.size());
    const bool isText = body.starts_with('"');
    body.remove_prefix(isText ? 1 : 0);
    return body.substr(0, body.find_first_of(isText ? "\"" : ",}]"));
}

void KeyBook::sent(const Envelope& envelope)
{
    for (const AnswerClaim& claim : envelope.claims) {
        auto& sent = m_keys[claim.key].sent;
        const auto known = std::find_if(sent.begin(), sent.end(), [&claim](const auto& each) {
            return each.first == claim.hash;
        });
        if (known == sent.end()) {
            sent.emplace_back(claim.hash, 1);
        } else {
            ++known->second;
        }
    }
}

void KeyBook::answered(const Envelope& envelope, const CommandAnswer& answer, std::string_view code)
{
    if (answer.status >= 500 || code == "idempotency_in_progress") {
        return; // not an answer yet
    }
    const bool headerReused = code == "idempotency_key_reused";
    if (headerReused || code == "id_conflict") {
        const auto kind = headerReused ? AnswerKey::Kind::Header : AnswerKey::Kind::Id;
        for (const AnswerClaim& claim : envelope.claims) {
            if (claim.key.kind == kind) {
                checkReuse(claim);
            }
        }
        return;
    }
    if (answer.replayed) {
        checkReplay(envelope);
    }
    for (const AnswerClaim& claim : envelope.claims) {
        checkAnswer(claim, answer);
    }
}

void KeyBook::checkReuse(const AnswerClaim& claim)
{
    Entry& entry = m_keys[claim.key];
    const bool others =
        std::any_of(entry.sent.begin(), entry.sent.end(),
                    [&claim](const auto& each) { return each.first != claim.hash; });
    // An id may also be that of a thing which was made without a claim to it.
    if (!others && claim.key.kind == AnswerKey::Kind::Header) {
        m_verdict.fail(Invariant::KeyBelongsToItsCaller,
                       "key " + claim.key.key + " is called used, but not by its caller");
    }
    if (entry.said && entry.said->hash == claim.hash) {
        m_verdict.fail(Invariant::OneKeyOneAnswer,
                       "key " + claim.key.key + " was answered before and is refused now");
    }
    entry.refused.push_back(claim.hash);
}

void KeyBook::checkReplay(const Envelope& envelope)
{
    const bool mayBe =
        std::any_of(envelope.claims.begin(), envelope.claims.end(), [this](const auto& claim) {
            const auto& sent = m_keys[claim.key].sent;
            return std::any_of(sent.begin(), sent.end(), [&claim](const auto& each) {
                return each.first == claim.hash && each.second > 1;
            });
        });
    if (!mayBe) {
        m_verdict.fail(Invariant::KeyBelongsToItsCaller,
                       "request " + envelope.requestId + " got the answer of somebody else");
    }
}

void KeyBook::checkAnswer(const AnswerClaim& claim, const CommandAnswer& answer)
{
    Entry& entry = m_keys[claim.key];
    if (std::find(entry.refused.begin(), entry.refused.end(), claim.hash) != entry.refused.end()) {
        m_verdict.fail(Invariant::OneKeyOneAnswer,
                       "key " + claim.key.key + " was refused and is answered now");
    }
    if (!entry.said) {
        entry.said = {claim.hash, answer.status, answer.body};
        return;
    }
    if (entry.said->hash != claim.hash) {
        m_verdict.fail(Invariant::OneKeyOneAnswer,
                       "key " + claim.key.key + " is answered for two different requests");
    } else if (entry.said->status != answer.status || entry.said->body != answer.body) {
        m_verdict.fail(Invariant::OneKeyOneAnswer, "key " + claim.key.key +
                                                       " got another answer: " + answer.body +
                                                       " where it was " + entry.said->body);
    }
}

} // namespace holdfast::sim
