#include "tests/ledger/story_shop.h"

#include "shared/domain/assert.h"
#include "tests/ledger/coverage.h"

#include <algorithm>

namespace holdfast {

namespace {

constexpr std::uint64_t fnvOffset = 14'695'981'039'346'656'037U;
constexpr std::uint64_t fnvPrime = 1'099'511'628'211U;

std::uint64_t hashOf(const std::string& text)
{
    std::uint64_t hash = fnvOffset;
    for (const char c : text) {
        hash = (hash ^ static_cast<std::uint8_t>(c)) * fnvPrime;
    }
    return hash;
}

RequestHash requestHash(const std::string& text)
{
    RequestHash hash{};
    const std::uint64_t bits = hashOf(text);
    for (std::size_t index = 0; index < 8; ++index) {
        hash[index] = static_cast<std::uint8_t>(bits >> (8 * index));
    }
    return hash;
}

void append(std::string& list, std::string_view word)
{
    list += list.empty() ? "" : " ";
    list += word;
}

std::string orNothing(const std::string& list)
{
    return list.empty() ? "nothing" : list;
}

} // namespace

StoryShop::StoryShop(LedgerStore& store, LedgerRules rules, Coverage* coverage)
    : m_ledger(rules), m_store(store), m_coverage(coverage),
      m_caller{.id = {1}, .role = Role::Manager, .name = "till 1"}, m_start{1'800'000'000'000},
      m_now(m_start)
{}

Uuid StoryShop::idOf(const std::string& name, std::uint8_t kind)
{
    Uuid id;
    const std::uint64_t bits = hashOf(name);
    for (std::size_t index = 0; index < 8; ++index) {
        id.bytes[index] = static_cast<std::uint8_t>(bits >> (8 * index));
    }
    id.bytes[15] = kind;
    return id;
}

Envelope StoryShop::envelopeOf(const Sentence& sentence) const
{
    Envelope envelope{.command = commandOf(sentence), .caller = m_caller};
    // The key is not part of what is asked.
    std::string content = sentence.text;
    if (const auto key = sentence.options.find("key"); key != sentence.options.end()) {
        content.erase(content.find("key=" + key->second), key->second.size() + 4);
        envelope.claims.push_back(
            {{AnswerKey::Kind::Header, m_caller.id, key->second}, requestHash(content)});
    }
    if (sentence.has("given")) {
        envelope.claims.push_back(
            {{AnswerKey::Kind::Id, {}, sentence.word(0)}, requestHash(content)});
    }
    return envelope;
}

std::vector<std::string> StoryShop::batch(const std::vector<Sentence>& sentences)
{
    std::vector<Envelope> envelopes;
    envelopes.reserve(sentences.size());
    for (const Sentence& sentence : sentences) {
        envelopes.push_back(envelopeOf(sentence));
    }
    auto slice = m_store.begin(Ledger::touched(envelopes), m_now);
    HOLDFAST_ASSERT(slice.has_value());
    const std::vector<Decision> decisions = m_ledger.apply(envelopes, *slice, m_now);
    std::vector<std::string> said;
    std::vector<AnswerRecord> records;
    for (const Decision& decision : decisions) {
        const auto* replay = std::get_if<ReplayOfCommand>(&decision.outcome);
        said.push_back(replay == nullptr ? wordsOf(decision.outcome, m_start)
                                         : "again: " + said[replay->index]);
        for (const AnswerClaim& claim : decision.record) {
            records.push_back({claim, {200, said.back()}});
        }
    }
    keepWhatHappened(*slice);
    if (m_coverage != nullptr) {
        m_coverage->add(*slice, decisions);
    }
    if (const auto committed = m_store.commit(*slice, records, m_now); !committed) {
        return std::vector<std::string>(sentences.size(), "the store does not take it");
    }
    return said;
}

void StoryShop::keepWhatHappened(const Slice& slice)
{
    m_happened.clear();
    m_alerts.clear();
    m_moves.clear();
    for (const Event& event : slice.events) {
        append(m_happened, toString(event.kind));
    }
    for (const Alert& alert : slice.alerts) {
        append(m_alerts,
               std::string(toString(alert.kind)) + ':' + std::to_string(alert.amountMinor));
    }
    for (const StockMovement& move : slice.movements) {
        append(m_moves, std::string(toString(move.kind)) + ':' +
                            std::to_string(move.product.value) + 'x' + std::to_string(move.qty) +
                            '=' + std::to_string(move.onHandAfter));
    }
}

bool StoryShop::knowsAside(const std::string& verb) const
{
    static const std::vector<std::string> verbs{"wait",  "as",       "stock",  "hold", "bill",
                                                "inbox", "happened", "alerts", "moves"};
    return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

std::string StoryShop::aside(const Sentence& sentence)
{
    const std::string& verb = sentence.verb;
    if (verb == "wait") {
        const std::string& text = sentence.word(0);
        const bool ms = text.ends_with("ms");
        const std::int64_t count = std::stoll(text);
        m_now = m_now + (ms ? Duration{count} : Duration::seconds(count));
        return {};
    }
    if (verb == "as") {
        const auto role = parseRole(sentence.word(0));
        HOLDFAST_ASSERT(role.has_value());
        m_caller = {.id = {std::stoll(sentence.word(1))},
                    .role = *role,
                    .name = sentence.word(0) + ' ' + sentence.word(1)};
        return {};
    }
    if (verb == "happened" || verb == "alerts" || verb == "moves") {
        return orNothing(verb == "happened" ? m_happened : verb == "alerts" ? m_alerts : m_moves);
    }
    if (verb == "stock") {
        return lookAtStock(sentence);
    }
    return verb == "hold"   ? lookAtHold(sentence)
           : verb == "bill" ? lookAtOrder(sentence)
                            : lookAtEvent(sentence);
}

Slice StoryShop::look(const SliceRequest& request)
{
    auto slice = m_store.begin(request, m_now);
    HOLDFAST_ASSERT(slice.has_value());
    m_store.rollback();
    return std::move(*slice);
}

std::string StoryShop::lookAtStock(const Sentence& sentence)
{
    const ProductId id{std::stoll(sentence.word(0))};
    const Slice slice = look({.products = {id}});
    const auto at = slice.products.find(id);
    if (at == slice.products.end()) {
        return "unknown";
    }
    const StockLevel& stock = at->second.stock;
    return std::to_string(stock.onHand) + '/' + std::to_string(stock.held) + '/' +
           std::to_string(stock.committed);
}

std::string StoryShop::lookAtHold(const Sentence& sentence)
{
    const HoldId id{idOf(sentence.word(0), 1)};
    const Slice slice = look({.holds = {id}});
    const auto at = slice.holds.find(id);
    return at == slice.holds.end() ? "unknown"
                                   : wordsOf(Outcome{HoldOutcome{at->second.hold}}, m_start);
}

std::string StoryShop::lookAtOrder(const Sentence& sentence)
{
    const OrderId id{idOf(sentence.word(0), 2)};
    const Slice slice = look({.orders = {id}});
    const auto at = slice.orders.find(id);
    if (at == slice.orders.end()) {
        return "unknown";
    }
    std::string text = wordsOf(Outcome{OrderOutcome{at->second.order}}, m_start);
    for (const OrderLine& line : at->second.order.lines) {
        text += "; " + std::to_string(line.product.value) + 'x' + std::to_string(line.qty) + '=' +
                std::to_string(line.totalMinor);
        if (line.refundedQty > 0 || line.refundedMinor > 0) {
            text += " back " + std::to_string(line.refundedQty) + '=' +
                    std::to_string(line.refundedMinor);
        }
    }
    return text;
}

std::string StoryShop::lookAtEvent(const Sentence& sentence)
{
    const auto gateway = sentence.options.find("gateway");
    const EventName name{gateway == sentence.options.end() ? "standard" : gateway->second,
                         sentence.word(0)};
    const Slice slice = look({.events = {name}});
    const auto at = slice.inbox.find(name);
    return at == slice.inbox.end() ? "unknown" : std::string(toString(at->second.inbox.result));
}

} // namespace holdfast
