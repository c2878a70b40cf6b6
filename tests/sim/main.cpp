#include "tests/sim/mutants.h"
#include "tests/sim/world.h"

#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

using namespace holdfast::sim;

namespace {

constexpr int exitViolated = 1;
constexpr int exitMisused = 2;

/// For sayWhere() alone, which cannot be told anything.
std::atomic<std::uint64_t> runningSeed{0};

/// An assertion of the ledger ends the program: say at which seed.
void sayWhere(int /*signal*/)
{
    std::array<char, 20> digits{};
    std::size_t first = digits.size();
    for (std::uint64_t left = runningSeed; left > 0 && first > 0; left /= 10) {
        digits[--first] = static_cast<char>('0' + left % 10);
    }
    constexpr std::string_view before = "aborted at: holdfast_sim --trace --seed ";
    const auto written = write(STDERR_FILENO, before.data(), before.size()) +
                         write(STDERR_FILENO, digits.data() + first, digits.size() - first) +
                         write(STDERR_FILENO, "\n", 1);
    static_cast<void>(written);
}

struct Wanted
{
    std::uint64_t first = 1;
    std::uint64_t last = 1'000;
    RunOptions options = {};
    std::string_view mutant = {};
    bool tally = false;
};

std::optional<std::uint64_t> numberOf(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(number)
                                                                    : std::nullopt;
}

/// "7", or "1..10000".
bool readSeeds(std::string_view text, Wanted& wanted)
{
    const auto dots = text.find("..");
    const auto first = numberOf(text.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : numberOf(text.substr(dots + 2));
    wanted.first = first.value_or(0);
    wanted.last = last.value_or(0);
    return first && last && *first <= *last;
}

bool readMutant(std::string_view name, Wanted& wanted)
{
    const auto mutant = mutantNamed(name);
    wanted.options.mutant = mutant.value_or(Mutant::None);
    wanted.mutant = name;
    return mutant.has_value();
}

bool readOperations(std::string_view text, Wanted& wanted)
{
    const auto count = numberOf(text);
    wanted.options.operations = static_cast<int>(count.value_or(0));
    return count && *count >= 1 && *count <= 1'000'000;
}

std::optional<Wanted> read(const std::vector<std::string_view>& arguments)
{
    Wanted wanted;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const std::string_view option = arguments[at];
        if (option == "--trace") {
            wanted.options.trace = Trace::Mode::Print;
            continue;
        }
        if (option == "--tally") {
            wanted.tally = true;
            continue;
        }
        const std::string_view value = at + 1 < arguments.size() ? arguments[++at] : "";
        const bool good = option == "--seed" || option == "--seeds" ? readSeeds(value, wanted)
                          : option == "--operations"                ? readOperations(value, wanted)
                          : option == "--mutant"                    ? readMutant(value, wanted)
                                                                    : false;
        if (!good) {
            return std::nullopt;
        }
    }
    return wanted;
}

int misused()
{
    std::fputs("usage: holdfast_sim [--seeds A..B | --seed N] [--operations N] [--trace]\n"
               "                    [--tally] [--mutant NAME]\n\nmutants:\n",
               stderr);
    for (const MutantInfo& info : allMutants()) {
        std::fprintf(stderr, "  %-24s breaks: %s\n", std::string(info.name).c_str(),
                     std::string(toString(info.caught)).c_str());
    }
    return exitMisused;
}

void complain(const Wanted& wanted, const RunOptions& options, const Violation& violation)
{
    std::string mutant;
    if (!wanted.mutant.empty()) {
        mutant = " --mutant " + std::string(wanted.mutant);
    }
    std::printf("seed %llu violates \"%s\": %s\n  holdfast_sim --seed %llu --operations %d%s "
                "--trace\n",
                static_cast<unsigned long long>(options.seed),
                std::string(toString(violation.invariant)).c_str(), violation.what.c_str(),
                static_cast<unsigned long long>(options.seed), options.operations, mutant.c_str());
}

} // namespace

int main(int argc, char** argv)
{
    const auto wanted = read({argv + 1, argv + argc});
    if (!wanted) {
        return misused();
    }
    std::signal(SIGABRT, sayWhere);
    const auto start = std::chrono::steady_clock::now();
    std::size_t operations = 0;
    std::size_t answers = 0;
    std::size_t commits = 0;
    std::size_t crashes = 0;
    std::size_t violated = 0;
    Tally tally;
    for (std::uint64_t seed = wanted->first; seed <= wanted->last; ++seed) {
        RunOptions options = wanted->options;
        options.seed = seed;
        runningSeed = seed;
        options.tally = wanted->tally ? &tally : nullptr;
        const RunReport report = runSeed(options);
        operations += report.operations;
        answers += report.answers;
        commits += report.commits;
        crashes += report.crashes;
        if (report.violation) {
            ++violated;
            complain(*wanted, options, *report.violation);
        }
    }
    for (const auto& [what, times] : tally) {
        std::printf("%10zu  %s\n", times, what.c_str());
    }
    const std::uint64_t count = wanted->last - wanted->first + 1;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%llu seeds, %zu operations, %zu answers, %zu commits, %zu crashes, %zu seeds "
                "violated, %.1f s\n",
                static_cast<unsigned long long>(count), operations, answers, commits, crashes,
                violated, took.count());
    return violated == 0 ? 0 : exitViolated;
}
