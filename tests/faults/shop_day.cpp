#include "tests/faults/shop_day.h"

#include "server/store/schema.h"
#include "server/store/verify.h"
#include "shared/sql/migrations.h"
#include "tests/store/shop_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <limits>
#include <utility>

namespace holdfast {

namespace {

/// Small, so that the log is written back many times a day.
constexpr std::string_view checkpointOften = "PRAGMA wal_autocheckpoint=24";

/// So few that pages are read again and again, and big batches spill into the log before they end.
constexpr std::string_view fewPages = "PRAGMA cache_size=8";

constexpr int triesMax = 4;

std::string folderTemplate()
{
    const QString memory = QStringLiteral("/dev/shm");
    return QDir(QFileInfo(memory).isWritable() ? memory : QDir::tempPath())
        .filePath(QStringLiteral("holdfast-faults-XXXXXX"))
        .toStdString();
}

std::string wordsOf(const ProductView& view)
{
    return view.product.details.sku + ' ' + std::to_string(view.stock.onHand) + '/' +
           std::to_string(view.stock.held) + '/' + std::to_string(view.stock.committed) + '\n';
}

std::string wordsOf(const Hold& hold)
{
    std::string text = "hold " + std::string(toString(hold.state));
    for (const HoldLine& line : hold.lines) {
        text += ' ' + std::to_string(line.product.value) + 'x' + std::to_string(line.qty);
    }
    return text + '\n';
}

std::string wordsOf(const Order& order)
{
    return "order " + std::to_string(order.number) + ' ' + std::string(toString(order.state)) +
           ' ' + std::to_string(order.lines.size()) + ' ' + std::to_string(order.payments.size()) +
           ' ' + std::to_string(order.refundedMinor) + '\n';
}

template <class Item>
bool addPage(std::string& text, const Queried<Page<Item>>& page)
{
    if (!page) {
        return false;
    }
    for (const Item& item : page->items) {
        text += wordsOf(item);
    }
    return true;
}

} // namespace

Desk::Desk(std::unique_ptr<SqlLedgerStore> store, std::unique_ptr<sql::Connection> reading,
           const Clock& clock)
    : m_store(std::move(store)), m_reading(std::move(reading)), m_reader(*m_reading),
      m_ledger(LedgerRules{}), m_runner(m_ledger, *m_store, clock, m_witness, m_counters)
{}

std::unique_ptr<Desk> Desk::open(const std::string& path, const Clock& clock, std::string& error)
{
    const sql::DatabaseUrl url{.engine = sql::Engine::Sqlite, .path = path};
    auto lock = sql::WriteLock::open(url);
    if (!lock) {
        error = lock.error();
        return nullptr;
    }
    auto writing = sql::Connection::open(url, sql::Access::ReadWrite);
    if (!writing) {
        error = writing.error();
        return nullptr;
    }
    if (const auto done = sql::migrate(**writing, **lock, schemaMigrations()); !done) {
        error = done.error();
        return nullptr;
    }
    auto reading = sql::Connection::open(url, sql::Access::ReadOnly);
    if (!reading) {
        error = reading.error();
        return nullptr;
    }
    for (const std::string_view pragma : {checkpointOften, fewPages}) {
        (*writing)->execute(pragma);
        (*reading)->execute(pragma);
    }
    auto store = std::make_unique<SqlLedgerStore>(std::move(*writing), std::move(*lock));
    return std::unique_ptr<Desk>(new Desk(std::move(store), std::move(*reading), clock));
}

std::vector<CommandAnswer> Desk::decide(std::span<const Envelope> batch)
{
    std::vector<CommandAnswer> answers;
    for (BatchRunner::Settled& settled : m_runner.run(batch, [](Duration) {})) {
        answers.push_back(std::move(settled.answer));
    }
    return answers;
}

std::string Desk::view(Instant now)
{
    std::string text;
    const auto head = m_reader.journal.head();
    if (!head || !addPage(text, m_reader.products.list({}, {})) ||
        !addPage(text, m_reader.holds.list({}, {}, now)) ||
        !addPage(text, m_reader.orders.list({}, {}))) {
        return "unavailable";
    }
    return text + std::to_string(head->position);
}

ShopDay::ShopDay(FaultVfs& vfs) : m_vfs(vfs)
{
    addStep({}, {"product sku=TEA price=250 stock=20 barcodes=4006381333931",
                 "product sku=CUP price=100 stock=5", "import OLD:100:3 NEW:200:0"});
    addStep({}, {"place a 1x3,2x1", "place b 1x2", "place c 2x2 life=10", "place d 2x3"});
    addStep({}, {"event e1 paid o amount=850 ref=p1", "rearrange b 1x4,2x1"});
    addStep(Duration::seconds(1), {"order o a given"});
    addStep(Duration::seconds(10), {"sweep-holds", "place e 2x3"});
    addStep({}, {"order p b", "pay p cash amount=100 tendered=500", "refund o lines=0x1 restock"});
    addStep({}, {"order q e", "event e2 failed q", "extend a", "release b"});
    addStep(Duration::seconds(1), {"place f 1x7 given", "release f", "place g 1x2 life=100"});
    addStep(Duration::seconds(900), {"sweep-orders", "sweep-holds", "move 1 write_off 2"});
    addStep({}, {"event e3 paid p amount=1000 ref=p2", "change 2 price=120", "archive 3"});
    const std::string wrong = live({.at = std::numeric_limits<int>::max()}, Afterwards::GoOn);
    HOLDFAST_ASSERT(wrong.empty());
    m_truth = m_seen;
    for (std::size_t kind = 0; kind < m_operations.size(); ++kind) {
        m_operations[kind] = m_vfs.count(static_cast<FileOperation>(kind));
    }
}

void ShopDay::addStep(Duration wait, const std::vector<std::string>& sentences)
{
    Step step{.wait = wait};
    for (const std::string& sentence : sentences) {
        // A sweep has no client that would repeat it.
        const bool sweep = sentence.starts_with("sweep");
        const std::string key = std::to_string(m_steps.size()) + sentence;
        step.batch.push_back(sweep ? envelopeOf(sentence) : keyed(sentence, key));
    }
    m_steps.push_back(std::move(step));
}

std::string ShopDay::live(const Fault& fault, Afterwards afterwards)
{
    m_folder = std::make_unique<QTemporaryDir>(QString::fromStdString(folderTemplate()));
    m_clock = std::make_unique<SetClock>();
    m_fault = fault;
    m_afterwards = afterwards;
    m_recovered = false;
    m_failures = 0;
    m_headBefore = "0";
    m_seen = {};
    m_wrong.clear();
    m_vfs.arm(fault);
    for (const Step& step : m_steps) {
        m_clock->pass(step.wait);
        take(step);
        if (!m_wrong.empty()) {
            break;
        }
        look();
    }
    if (m_fault.lasting == Fault::Lasting::PowerLoss && m_vfs.fired() > 0) {
        losePower(); // perhaps once more: what was answered since must be there
    }
    m_vfs.heal();
    close();
    if (m_wrong.empty()) {
        m_seen.head = soundHead();
    }
    if (!m_truth.head.empty() && m_wrong.empty() && m_seen.head != m_truth.head) {
        complain("the journal ends with " + m_seen.head + ", not with " + m_truth.head);
    }
    return m_wrong;
}

void ShopDay::open()
{
    std::string error;
    m_desk = Desk::open(path(), *m_clock, error);
    if (m_desk == nullptr && m_vfs.fired() == 0) {
        complain("cannot open: " + error);
    }
}

void ShopDay::take(const Step& step)
{
    for (int attempt = 0; m_wrong.empty(); ++attempt) {
        if (attempt == triesMax) {
            complain("no answer in the end" + (m_desk ? ": " + m_desk->lastFailure() : ""));
        } else if (tryOnce(step)) {
            return;
        }
    }
}

/// One request of a client, and what happens when it is told to come again.
bool ShopDay::tryOnce(const Step& step)
{
    if (m_desk == nullptr) {
        open();
    }
    if (m_desk == nullptr) {
        recover();
        return false;
    }
    const std::vector<CommandAnswer> answers = m_desk->decide(step.batch);
    const bool failed = std::any_of(answers.begin(), answers.end(),
                                    [](const CommandAnswer& one) { return one.status >= 500; });
    if (failed) {
        afterFailure(answers);
        return false;
    }
    for (std::size_t index = 0; index < answers.size(); ++index) {
        const CommandAnswer& answer = answers[index];
        const std::string said = std::to_string(answer.status) + ' ' + answer.body;
        const std::size_t place = m_seen.answers.size();
        m_seen.answers.push_back(said);
        const bool sweep = step.batch[index].claims.empty();
        if (!sweep && !m_truth.answers.empty() && said != m_truth.answers[place]) {
            complain("answered " + said + ", not " + m_truth.answers[place]);
        }
    }
    return true;
}

void ShopDay::afterFailure(const std::vector<CommandAnswer>& answers)
{
    ++m_failures;
    if (m_vfs.fired() == 0) {
        complain("failed without a fault: " + m_desk->lastFailure());
    }
    for (const CommandAnswer& answer : answers) {
        const bool clear = answer.status == 503 && answer.retryLater &&
                           (answer.body.find("\"database_full\"") != std::string::npos ||
                            answer.body.find("\"database_unavailable\"") != std::string::npos);
        if (!clear) {
            complain("not a clear 503: " + answer.body + ' ' + m_desk->lastFailure());
        }
    }
    if (m_fault.lasting != Fault::Lasting::PowerLoss) {
        checkWords(answers);
    }
    recover();
}

/// "Nothing was changed" must be true, and what is there must be whole.
void ShopDay::checkWords(const std::vector<CommandAnswer>& answers)
{
    m_vfs.heal();
    const std::string head = soundHead();
    const bool unchanged = answers.front().body.find("nothing was changed") != std::string::npos;
    if (unchanged && !head.starts_with(m_headBefore + ' ')) {
        complain("nothing was changed, it said: " + m_headBefore + " is now " + head);
    }
    m_vfs.goOn();
}

void ShopDay::recover()
{
    if (m_fault.lasting == Fault::Lasting::Once && m_afterwards == Afterwards::GoOn) {
        return; // it has passed by itself
    }
    if (m_fault.lasting == Fault::Lasting::ForEver && !std::exchange(m_recovered, true)) {
        return; // once more into the same fault: it must be as clear as before
    }
    if (m_fault.lasting == Fault::Lasting::PowerLoss) {
        losePower();
    } else if (m_afterwards == Afterwards::Restart) {
        close();
    } else if (m_afterwards == Afterwards::Crash) {
        moveFiles();
    }
    m_vfs.heal();
}

void ShopDay::losePower()
{
    m_vfs.failAll();
    close();
    m_vfs.losePower(m_afterwards == Afterwards::Crash);
}

void ShopDay::look()
{
    std::string view = m_desk->view(m_clock->now());
    if (view == "unavailable") {
        if (m_vfs.fired() == 0) {
            complain("cannot be read without a fault");
        }
        view = viewAfterFault();
    }
    const std::size_t place = m_seen.views.size();
    m_seen.views.push_back(view);
    if (!m_truth.views.empty() && view != m_truth.views[place]) {
        complain("reads\n" + view + "\nnot\n" + m_truth.views[place]);
    }
    m_headBefore = view.substr(view.rfind('\n') + 1);
}

std::string ShopDay::viewAfterFault()
{
    if (m_fault.lasting == Fault::Lasting::PowerLoss) {
        recover();
        open();
        return m_desk == nullptr ? "not opened" : m_desk->view(m_clock->now());
    }
    m_vfs.heal();
    std::string view = m_desk->view(m_clock->now());
    m_vfs.goOn();
    return view;
}

void ShopDay::close()
{
    m_desk.reset();
}

/// What a killed process leaves to the next one: the files, without the index of the log that
/// lived in its memory.
void ShopDay::moveFiles()
{
    auto next = std::make_unique<QTemporaryDir>(QString::fromStdString(folderTemplate()));
    for (const QString& name : {QStringLiteral("shop.db"), QStringLiteral("shop.db-wal")}) {
        QFile::copy(m_folder->filePath(name), next->filePath(name));
    }
    close();
    m_folder = std::move(next);
}

void ShopDay::complain(const std::string& text)
{
    m_wrong += m_wrong.empty() ? text : '\n' + text;
}

std::string ShopDay::path() const
{
    return m_folder->filePath(QStringLiteral("shop.db")).toStdString();
}

std::string ShopDay::soundHead()
{
    auto reader = sql::Connection::open({.engine = sql::Engine::Sqlite, .path = path()},
                                        sql::Access::ReadOnly);
    if (!reader) {
        complain(reader.error());
        return {};
    }
    std::string integrity;
    (*reader)->statement("PRAGMA integrity_check").each([&integrity](const sql::Statement& row) {
        integrity += row.text(0);
    });
    if (integrity != "ok") {
        complain("integrity: " + integrity);
    }
    const auto report = verify(**reader);
    if (!report) {
        complain("verify: " + report.error());
        return {};
    }
    if (!report->clean()) {
        complain("verify: " + toString(report->differences.front()));
    }
    const QByteArray hash(reinterpret_cast<const char*>(report->headHash.data()),
                          static_cast<qsizetype>(report->headHash.size()));
    return std::to_string(report->records) + ' ' + hash.toHex().toStdString();
}

} // namespace holdfast
