#include "server/feed/change_feed.h"

#include "shared/protocol/encode.h"
#include "shared/protocol/problem.h"

#include <charconv>
#include <utility>

namespace holdfast {

namespace {

void writeProductChange(JsonWriter& json, const ProductView& view)
{
    json.beginObject().field("kind", "product").field("id", view.product.id).key("product");
    writeProduct(json, view);
    json.endObject();
}

std::string changesAnswer(const JournalChanges& changes, Instant now)
{
    JsonWriter json;
    json.beginObject().key("data").beginArray();
    for (const ProductView& view : changes.products) {
        writeProductChange(json, view);
    }
    for (const Hold& hold : changes.holds) {
        json.beginObject().field("kind", "hold").field("id", hold.id).key("hold");
        writeHold(json, hold, now);
        json.endObject();
    }
    for (const Order& order : changes.orders) {
        json.beginObject().field("kind", "order").field("id", order.id).key("order");
        writeOrder(json, order);
        json.endObject();
    }
    json.endArray()
        .key("meta")
        .beginObject()
        .field("next_cursor", changeCursor(changes.position))
        .field("more", changes.more)
        .endObject()
        .endObject();
    return json.take();
}

void refuse(const http::Reply& reply)
{
    const ProblemText text = problemText(RequestProblem::DatabaseAway);
    reply.problem({.status = text.status,
                   .code = text.code,
                   .title = text.title,
                   .detail = "The changes cannot be read at the moment; try again."});
}

} // namespace

void ChangeFeed::ask(Poll poll)
{
    const Instant deadline = m_clock.now() + poll.wait;
    read({std::move(poll), deadline}, false);
}

void ChangeFeed::tick()
{
    const bool changed = m_changed.exchange(false);
    const Instant now = m_clock.now();
    std::vector<Waiter> due;
    {
        const std::lock_guard lock(m_mutex);
        std::vector<Waiter> stay;
        for (Waiter& waiter : m_waiters) {
            const bool over = waiter.deadline <= now;
            if (!waiter.poll.reply.isAbandoned()) {
                (changed || over ? due : stay).push_back(std::move(waiter));
            }
        }
        m_waiters = std::move(stay);
    }
    for (Waiter& waiter : due) {
        const bool over = waiter.deadline <= now;
        read(std::move(waiter), over);
    }
}

void ChangeFeed::stop()
{
    std::vector<Waiter> waiters;
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
        waiters = std::exchange(m_waiters, {});
    }
    for (Waiter& waiter : waiters) {
        read(std::move(waiter), true);
    }
}

void ChangeFeed::read(Waiter waiter, bool answerEmpty)
{
    const http::Reply reply = waiter.poll.reply;
    const bool posted =
        m_readers.post([this, waiter = std::move(waiter), answerEmpty](ShopReader& reader) {
            const std::uint64_t commits = m_commits.load();
            const auto changes =
                reader.journal.changesSince(waiter.poll.position, limits::changesPerAnswerMax);
            const Instant now = m_clock.now();
            if (!changes) {
                refuse(waiter.poll.reply);
                return;
            }
            const bool nothing = changes->position == waiter.poll.position;
            if (nothing && !answerEmpty && waiter.deadline > now) {
                const std::lock_guard lock(m_mutex);
                if (!m_stopped) {
                    m_waiters.push_back(waiter);
                    if (commits != m_commits.load()) {
                        m_changed.store(true);
                    }
                    return;
                }
            }
            waiter.poll.reply.send(
                http::Response::json(200, QByteArray::fromStdString(changesAnswer(*changes, now))));
        });
    if (!posted) {
        refuse(reply);
    }
}

std::string changeCursor(std::int64_t position)
{
    return "j" + std::to_string(position);
}

std::optional<std::int64_t> parseChangeCursor(std::string_view cursor)
{
    if (!cursor.starts_with('j')) {
        return std::nullopt;
    }
    std::int64_t position = 0;
    const char* end = cursor.data() + cursor.size();
    const auto [at, error] = std::from_chars(cursor.data() + 1, end, position);
    return error == std::errc{} && at == end && position >= 0 ? std::optional(position)
                                                              : std::nullopt;
}

} // namespace holdfast
