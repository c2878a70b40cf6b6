#pragma once

#include "server/feed/change_feed.h"
#include "shared/protocol/json.h"
#include "tests/ledger/story_shop.h"
#include "tests/store/shop_file.h"

#include <QTest>

#include <map>
#include <thread>

namespace holdfast {

/// Time that only moves when told, for every thread.
class SetClock final : public Clock
{
public:
    [[nodiscard]] Instant now() const override { return {m_ms.load()}; }
    void pass(Duration time) { m_ms += time.ms; }

private:
    std::atomic<std::int64_t> m_ms{1'000'000};
};

/// What came back to one poll.
struct Answered
{
    int status = 0;
    JournalPlace place = {-1};
    bool more = false;
    std::map<std::string, int> kinds = {}; ///< how many of "product", "hold", "order"
};

inline Answered readAnswer(const http::Response& response)
{
    Answered answered;
    answered.status = response.status;
    const auto document =
        parseJson({response.body.constData(), static_cast<std::size_t>(response.body.size())});
    if (!document || response.status != 200) {
        return answered;
    }
    const rapidjson::Value& meta = *memberOf(*document, "meta");
    answered.place =
        parseChangeCursor(textOf(*memberOf(meta, "next_cursor"))).value_or(JournalPlace{-1});
    answered.more = memberOf(meta, "more")->GetBool();
    for (const auto& change : memberOf(*document, "data")->GetArray()) {
        ++answered.kinds[std::string(textOf(*memberOf(change, "kind")))];
    }
    return answered;
}

/// The answers of many polls, from whatever thread.
class Answers
{
public:
    http::Reply reply()
    {
        return http::Reply::toSink([this](const http::Response& response) {
            const std::lock_guard lock(m_mutex);
            m_all.push_back(readAnswer(response));
        });
    }
    [[nodiscard]] std::vector<Answered> all() const
    {
        const std::lock_guard lock(m_mutex);
        return m_all;
    }
    [[nodiscard]] std::size_t count() const { return all().size(); }

private:
    mutable std::mutex m_mutex;
    std::vector<Answered> m_all;
};

/// A shop on a file with its feed; commands are committed on the calling thread, as the writer
/// would, and the feed is told.
struct FeedShop
{
    ShopFile file;
    SetClock clock;
    std::unique_ptr<SqlLedgerStore> store = file.openStore();
    StoryShop shop{*store, LedgerRules{}};
    ReadPool readers{[this] { return file.openReader(); }, 2};
    ChangeFeed feed{readers, clock};
    Answers answers;

    ~FeedShop()
    {
        feed.stop();
        readers.stop();
    }

    std::string say(const std::string& sentence)
    {
        const Sentence parsed = Sentence::parse(sentence);
        if (shop.knowsAside(parsed.verb)) {
            return shop.aside(parsed);
        }
        const std::string said = shop.batch({parsed}).front();
        feed.changed();
        return said;
    }

    void ask(const JournalPlace& place, Duration wait, std::optional<CallerId> owner = {})
    {
        feed.ask({.place = place, .wait = wait, .owner = owner, .reply = answers.reply()});
    }

    /// The readers have nothing left to do: each of the two has been at its end of the queue.
    void settle()
    {
        // The slower one still looks when we have gone on.
        const auto met = std::make_shared<std::atomic<int>>(0);
        for (int reader = 0; reader < 2; ++reader) {
            const auto meet = [met](ShopReader&) {
                ++*met;
                while (met->load() < 2) {
                    std::this_thread::yield();
                }
            };
            while (!readers.post(meet)) {
                std::this_thread::yield();
            }
        }
        QTRY_COMPARE(met->load(), 2);
    }
};

} // namespace holdfast
