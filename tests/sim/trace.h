#pragma once

#include <concepts>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>

namespace holdfast::sim {

/// How often each thing was seen.
using Tally = std::map<std::string, std::size_t>;

/// The story of a run, one line for each operation, fault, batch and answer. Off by default, when
/// a line costs a comparison; its hash says whether two runs were the same.
class Trace
{
public:
    enum class Mode { Off, Hash, Print };

    explicit Trace(Mode mode, Tally* tally = nullptr) : m_mode(mode), m_tally(tally) {}

    template <class... Parts>
    void line(std::int64_t ms, const Parts&... parts)
    {
        if (m_mode == Mode::Off) {
            return;
        }
        std::string text = std::to_string(ms) + "ms ";
        (append(text, parts), ...);
        text += '\n';
        for (const char letter : text) {
            m_hash = (m_hash ^ static_cast<unsigned char>(letter)) * 0x0000'0100'0000'01b3ULL;
        }
        if (m_mode == Mode::Print) {
            std::fputs(text.c_str(), stdout);
        }
    }

    /// Counts what a run has seen, for those who want to know what the seeds reach.
    void seen(std::string_view what, std::string_view which = {})
    {
        if (m_tally != nullptr) {
            ++(*m_tally)[std::string(what).append(which)];
        }
    }

    /// FNV-1a of all lines.
    [[nodiscard]] std::uint64_t hash() const { return m_hash; }

private:
    static void append(std::string& text, std::string_view part) { text += part; }
    static void append(std::string& text, std::integral auto part) { text += std::to_string(part); }

    Mode m_mode;
    Tally* m_tally;
    std::uint64_t m_hash = 0xcbf2'9ce4'8422'2325ULL;
};

} // namespace holdfast::sim
