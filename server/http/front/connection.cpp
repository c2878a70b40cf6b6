#include "server/http/front/connection.h"

namespace holdfast::http {

Connection& ConnectionTable::add(const Limits& limits, BodyBudget& budget)
{
    if (m_free.empty()) {
        m_free.push_back(static_cast<quint32>(m_slots.size()));
        m_slots.emplace_back();
    }
    const quint32 index = m_free.back();
    m_free.pop_back();
    Slot& slot = m_slots[index];
    slot.connection = std::make_unique<Connection>(limits, budget);
    slot.connection->id = (static_cast<quint64>(slot.generation) << 32) | index;
    return *slot.connection;
}

void ConnectionTable::remove(quint64 id)
{
    if (find(id)) {
        const auto index = static_cast<quint32>(id & 0xffffffffU);
        m_slots[index].connection.reset();
        ++m_slots[index].generation;
        m_free.push_back(index);
    }
}

Connection* ConnectionTable::find(quint64 id) const
{
    const auto index = static_cast<quint32>(id & 0xffffffffU);
    if (index >= m_slots.size() || m_slots[index].generation != id >> 32) {
        return nullptr;
    }
    return m_slots[index].connection.get();
}

} // namespace holdfast::http
