#pragma once

#include "shared/sql/connection.h"

#include <functional>
#include <string>
#include <vector>

namespace holdfast {

/// The conditions of a filter with the values they need: only filters that are set take part, so
/// the prepared statements stay few.
class Where
{
public:
    template <class... T>
    Where& add(std::string_view condition, const T&... values)
    {
        m_text += (m_text.empty() ? " WHERE " : " AND ") + std::string(condition);
        m_binders.push_back(
            [values...](sql::Statement& statement) { (statement.bind(values), ...); });
        return *this;
    }

    template <class T>
    Where& addIf(std::string_view condition, const std::optional<T>& value)
    {
        return value ? add(condition, *value) : *this;
    }

    [[nodiscard]] const std::string& text() const { return m_text; }

    sql::Statement& bindTo(sql::Statement& statement) const
    {
        for (const auto& bind : m_binders) {
            bind(statement);
        }
        return statement;
    }

private:
    std::string m_text;
    std::vector<std::function<void(sql::Statement&)>> m_binders;
};

} // namespace holdfast
