#include "app/models/product_search.h"

#include <QStringList>

#include <algorithm>

namespace holdfast {

QStringList searchWords(const QString& text)
{
    QStringList words;
    QString word;
    const QString folded = text.normalized(QString::NormalizationForm_KD).toCaseFolded();
    for (const QChar c : folded) {
        if (c.isLetterOrNumber()) {
            word.append(c);
        } else if (!c.isMark() && !word.isEmpty()) {
            words.append(std::exchange(word, {}));
        }
    }
    if (!word.isEmpty()) {
        words.append(word);
    }
    return words;
}

void ProductSearch::build(const std::vector<TillProduct>& products)
{
    m_entries.clear();
    m_entries.reserve(static_cast<qsizetype>(products.size()) * 8);
    for (std::size_t i = 0; i < products.size(); ++i) {
        const TillProduct& product = products[i];
        const QString text = product.name + u' ' + product.brand + u' ' + product.sku + u' ' +
                             product.barcodes.join(u' ');
        QStringList words = searchWords(text);
        words.removeDuplicates();
        bool leading = true;
        for (QString& word : words) {
            m_entries.append({std::move(word), static_cast<int>(i), leading});
            leading = false;
        }
    }
    std::sort(m_entries.begin(), m_entries.end(), [](const Entry& a, const Entry& b) {
        return a.word == b.word ? a.position < b.position : a.word < b.word;
    });
}

std::vector<int> ProductSearch::withPrefix(const QString& prefix, bool onlyLeading) const
{
    std::vector<int> hits;
    auto entry = std::lower_bound(m_entries.begin(), m_entries.end(), prefix,
                                  [](const Entry& e, const QString& p) { return e.word < p; });
    for (; entry != m_entries.end() && entry->word.startsWith(prefix); ++entry) {
        if (entry->leading || !onlyLeading) {
            hits.push_back(entry->position);
        }
    }
    std::sort(hits.begin(), hits.end());
    hits.erase(std::unique(hits.begin(), hits.end()), hits.end());
    return hits;
}

std::vector<int> ProductSearch::find(const QString& words) const
{
    std::vector<int> hits;
    bool first = true;
    const QStringList typed = searchWords(words);
    for (const QString& word : typed) {
        std::vector<int> more = withPrefix(word, false);
        if (first) {
            hits = std::move(more);
            first = false;
            continue;
        }
        std::vector<int> both;
        std::set_intersection(hits.begin(), hits.end(), more.begin(), more.end(),
                              std::back_inserter(both));
        hits = std::move(both);
    }
    if (!typed.isEmpty()) {
        const std::vector<int> best = withPrefix(typed.first(), true);
        std::stable_partition(hits.begin(), hits.end(), [&](int position) {
            return std::binary_search(best.begin(), best.end(), position);
        });
    }
    return hits;
}

} // namespace holdfast
