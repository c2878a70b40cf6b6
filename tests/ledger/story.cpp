#include "tests/ledger/story.h"

#include "shared/domain/assert.h"

#include <cstdlib>
#include <fstream>

namespace holdfast {

namespace {

std::string trimmed(std::string text)
{
    if (const auto comment = text.find("//"); comment != std::string::npos) {
        text.erase(comment);
    }
    const auto first = text.find_first_not_of(" \t");
    const auto last = text.find_last_not_of(" \t");
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

LedgerRules rulesOf(const Sentence& sentence)
{
    LedgerRules rules;
    rules.holdLife = Duration::seconds(sentence.number("hold").value_or(120));
    rules.paymentDeadline = Duration::seconds(sentence.number("payment").value_or(900));
    rules.cashRoundingStepMinor = sentence.number("rounding").value_or(1);
    rules.taxMode = sentence.has("exclusive") ? TaxMode::Exclusive : TaxMode::Inclusive;
    return rules;
}

StoryLine lineOf(const std::string& text, int number)
{
    const auto arrow = text.find("->");
    StoryLine line{.number = number};
    line.sentence = Sentence::parse(trimmed(text.substr(0, arrow)));
    line.expected = arrow == std::string::npos ? "" : trimmed(text.substr(arrow + 2));
    return line;
}

/// "3 times place a# 1x1" as three lines, else the line alone.
std::vector<std::string> repeated(const std::string& text)
{
    static constexpr std::string_view times = " times ";
    const auto at = text.find(times);
    if (at == std::string::npos || text.find_first_not_of("0123456789") != at) {
        return {text};
    }
    std::vector<std::string> lines;
    for (int count = 1; count <= std::stoi(text); ++count) {
        std::string line = text.substr(at + times.size());
        const std::string number = std::to_string(count);
        for (auto mark = line.find('#'); mark != std::string::npos; mark = line.find('#')) {
            line.replace(mark, 1, number);
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

class Teller
{
public:
    Teller(const Story& story, LedgerStore& store, Coverage* coverage)
        : m_shop(store, story.rules, coverage)
    {}

    void hear(const StoryLine& line)
    {
        if (m_shop.knowsAside(line.sentence.verb)) {
            compare(line, m_shop.aside(line.sentence));
            return;
        }
        m_lines.push_back(&line);
        if (!line.endsBatch) {
            return;
        }
        std::vector<Sentence> sentences;
        for (const StoryLine* waiting : m_lines) {
            sentences.push_back(waiting->sentence);
        }
        const auto said = m_shop.batch(sentences);
        for (std::size_t index = 0; index < said.size(); ++index) {
            compare(*m_lines[index], said[index]);
        }
        m_lines.clear();
    }

    [[nodiscard]] const std::string& wrong() const { return m_wrong; }

private:
    void compare(const StoryLine& line, const std::string& said)
    {
        if (said != line.expected) {
            m_wrong += "line " + std::to_string(line.number) + ": " + line.sentence.text +
                       "\n  expected " + line.expected + "\n  found    " + said + '\n';
        }
    }

    StoryShop m_shop;
    std::vector<const StoryLine*> m_lines;
    std::string m_wrong;
};

} // namespace

std::vector<std::string> storyFiles()
{
    return {"holds",     "orders",  "refunds", "payment_events",
            "catalogue", "answers", "sweeps",  "whole"};
}

std::vector<Story> readStories(const std::string& name)
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
    const char* source = std::getenv("HOLDFAST_SOURCE");
    HOLDFAST_ASSERT(source != nullptr);
    std::ifstream file(std::string(source) + "/tests/ledger/" + name + ".cases");
    HOLDFAST_ASSERT(file.is_open());
    std::vector<Story> stories;
    bool inBatch = false;
    int number = 0;
    for (std::string text; std::getline(file, text);) {
        ++number;
        text = trimmed(text);
        if (text.starts_with("# ")) {
            stories.push_back({.title = text.substr(2)});
        } else if (text.starts_with("rules ")) {
            stories.back().rules = rulesOf(Sentence::parse(text));
        } else if (text == "{" || text == "}") {
            inBatch = text == "{";
            if (!inBatch) {
                stories.back().lines.back().endsBatch = true;
            }
        } else if (!text.empty()) {
            HOLDFAST_ASSERT(!stories.empty());
            for (const std::string& line : repeated(text)) {
                stories.back().lines.push_back(lineOf(line, number));
                stories.back().lines.back().endsBatch = false;
            }
            stories.back().lines.back().endsBatch = !inBatch;
        }
    }
    return stories;
}

std::string tell(const Story& story, LedgerStore& store, Coverage* coverage)
{
    Teller teller(story, store, coverage);
    for (const StoryLine& line : story.lines) {
        teller.hear(line);
    }
    return teller.wrong();
}

} // namespace holdfast
