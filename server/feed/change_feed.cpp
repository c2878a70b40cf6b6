#include "server/feed/change_feed.h"

#include "shared/protocol/encode.h"
#include "shared/protocol/problem.h"

#include <array>
#include <charconv>
#include <map>
#include <memory>
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
        .field("next_cursor", changeCursor(changes.place))
        .field("more", changes.more)
        .endObject()
        .endObject();
    return json.take();
}

void refuse(const http::Reply& reply, RequestProblem problem, std::string_view detail)
{
    const ProblemText text = problemText(problem);
    reply.problem(
        {.status = text.status, .code = text.code, .title = text.title, .detail = detail});
}

void refuseUnread(const http::Reply& reply)
{
    refuse(reply, RequestProblem::DatabaseAway,
           "The changes cannot be read at the moment; try again.");
}

void refuseUnknown(const http::Reply& reply)
{
    refuse(reply, RequestProblem::CursorTooOld,
           "The server does not know this cursor; load everything anew.");
}

/// A kiosk sees what it has made itself.
void keepOwn(JournalChanges& changes, CallerId owner)
{
    std::erase_if(changes.holds, [owner](const Hold& hold) { return hold.owner != owner; });
    std::erase_if(changes.orders, [owner](const Order& order) { return order.owner != owner; });
}

} // namespace

void ChangeFeed::ask(Poll poll)
{
    const Instant deadline = m_clock.now() + poll.wait;
    read({{std::move(poll), deadline}});
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
            if (!waiter.poll.reply.isAbandoned()) {
                (changed || waiter.deadline <= now ? due : stay).push_back(std::move(waiter));
            }
        }
        m_waiters = std::move(stay);
    }
    readInGroups(std::move(due));
}

void ChangeFeed::stop()
{
    std::vector<Waiter> waiters;
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
        waiters = std::exchange(m_waiters, {});
    }
    readInGroups(std::move(waiters));
}

void ChangeFeed::readInGroups(std::vector<Waiter> waiters)
{
    using Question = std::pair<JournalPlace, std::optional<CallerId>>;
    std::map<Question, std::vector<Waiter>> groups;
    for (Waiter& waiter : waiters) {
        const Question question{waiter.poll.place, waiter.poll.owner};
        groups[question].push_back(std::move(waiter));
    }
    for (auto& [question, group] : groups) {
        read(std::move(group));
    }
}

void ChangeFeed::read(std::vector<Waiter> group)
{
    const auto waiters = std::make_shared<std::vector<Waiter>>(std::move(group));
    const bool posted = m_readers.post(
        [this, waiters](ShopReader& reader) { answer(std::move(*waiters), reader); });
    if (posted) {
        return;
    }
    // Too much to read at the moment; who wants to wait is asked again at the next tick.
    const Instant now = m_clock.now();
    for (Waiter& waiter : *waiters) {
        if (!wait(waiter, now)) {
            refuseUnread(waiter.poll.reply);
        }
    }
    m_changed.store(true);
}

void ChangeFeed::answer(std::vector<Waiter> group, ShopReader& reader)
{
    const std::uint64_t commits = m_commits.load();
    const Poll& question = group.front().poll;
    auto changes = reader.journal.changesSince(question.place, limits::changesPerAnswerMax);
    const Instant now = m_clock.now();
    if (!changes || changes->unknownPlace) {
        for (const Waiter& waiter : group) {
            changes ? refuseUnknown(waiter.poll.reply) : refuseUnread(waiter.poll.reply);
        }
        return;
    }
    if (question.owner) {
        keepOwn(*changes, *question.owner);
    }
    const bool nothing = changes->place == question.place;
    const QByteArray body = QByteArray::fromStdString(changesAnswer(*changes, now));
    for (Waiter& waiter : group) {
        if (!nothing || !wait(waiter, now)) {
            waiter.poll.reply.send(http::Response::json(200, body));
        }
    }
    // What was committed between the reading and the waiting would otherwise wake nobody.
    if (nothing && commits != m_commits.load()) {
        m_changed.store(true);
    }
}

bool ChangeFeed::wait(const Waiter& waiter, Instant now)
{
    const std::lock_guard lock(m_mutex);
    if (m_stopped || waiter.deadline <= now) {
        return false;
    }
    m_waiters.push_back(waiter);
    return true;
}

std::string changeCursor(const JournalPlace& place)
{
    const std::string cursor = "j" + std::to_string(place.position);
    if (place.position == 0) {
        return cursor;
    }
    std::array<char, 10> mark{};
    const auto end = std::to_chars(mark.begin(), mark.end(), place.mark, 16).ptr;
    return cursor + '.' + std::string(mark.begin(), end);
}

std::optional<JournalPlace> parseChangeCursor(std::string_view cursor)
{
    if (cursor == "j0") {
        return JournalPlace{};
    }
    if (!cursor.starts_with('j')) {
        return std::nullopt;
    }
    JournalPlace place;
    const char* const end = cursor.data() + cursor.size();
    const auto position = std::from_chars(cursor.data() + 1, end, place.position);
    if (position.ec != std::errc{} || place.position <= 0 || position.ptr == end ||
        *position.ptr != '.') {
        return std::nullopt;
    }
    const auto mark = std::from_chars(position.ptr + 1, end, place.mark, 16);
    return mark.ec == std::errc{} && mark.ptr == end ? std::optional(place) : std::nullopt;
}

} // namespace holdfast
