// Brings a list model from one set of rows to the next with as few signals as it takes, so that
// delegates, focus and scrolling survive. Rows are told apart by a key.
#pragma once

#include <QList>

#include <algorithm>
#include <functional>

namespace holdfast {

/// A model's protected begin and end calls around `work`.
struct RowEdits
{
    using Work = std::function<void()>;

    std::function<void(int row, const Work&)> insert;
    std::function<void(int row, const Work&)> remove;
    std::function<void(int from, int to, const Work&)> moveUp;
    std::function<void(int row)> change;
};

template <class Row, class Key>
void diffRows(QList<Row>& rows, const QList<Row>& next, Key key, const RowEdits& edits)
{
    for (qsizetype i = rows.size() - 1; i >= 0; --i) {
        const auto same = [&](const Row& row) { return key(row) == key(rows[i]); };
        if (std::none_of(next.begin(), next.end(), same)) {
            edits.remove(static_cast<int>(i), [&] { rows.removeAt(i); });
        }
    }
    for (qsizetype i = 0; i < next.size(); ++i) {
        const int row = static_cast<int>(i);
        qsizetype at = i;
        while (at < rows.size() && !(key(rows[at]) == key(next[i]))) {
            ++at;
        }
        if (at == rows.size()) {
            edits.insert(row, [&] { rows.insert(i, next[i]); });
            continue;
        }
        if (at != i) {
            edits.moveUp(static_cast<int>(at), row, [&] { rows.move(at, i); });
        }
        if (!(rows[i] == next[i])) {
            rows[i] = next[i];
            edits.change(row);
        }
    }
}

} // namespace holdfast
