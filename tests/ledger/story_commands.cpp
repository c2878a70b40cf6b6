#include "tests/ledger/story_shop.h"

#include "shared/domain/assert.h"

#include <functional>
#include <sstream>

namespace holdfast {

namespace {

std::int64_t toNumber(const std::string& text)
{
    std::size_t end = 0;
    const std::int64_t number = std::stoll(text, &end);
    HOLDFAST_ASSERT(end == text.size());
    return number;
}

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) {
        parts.push_back(part);
    }
    return parts;
}

/// "1x3" as (1, 3).
std::pair<std::int64_t, std::int64_t> pairOf(const std::string& text)
{
    const auto parts = split(text, 'x');
    HOLDFAST_ASSERT(parts.size() == 2);
    return {toNumber(parts[0]), toNumber(parts[1])};
}

std::vector<HoldLine> linesOf(const std::string& text)
{
    std::vector<HoldLine> lines;
    for (const std::string& part : split(text, ',')) {
        const auto [product, qty] = pairOf(part);
        lines.push_back({{product}, qty});
    }
    return lines;
}

std::optional<Duration> lifeOf(const Sentence& sentence)
{
    const auto seconds = sentence.number("life");
    return seconds ? std::optional(Duration::seconds(*seconds)) : std::nullopt;
}

std::optional<std::string> textOf(const Sentence& sentence, const std::string& option)
{
    const auto at = sentence.options.find(option);
    return at == sentence.options.end() ? std::nullopt : std::optional(at->second);
}

std::optional<Currency> currencyOf(const Sentence& sentence)
{
    const auto code = textOf(sentence, "currency");
    return code ? Currency::parse(*code) : std::nullopt;
}

ProductDetails detailsOf(const Sentence& sentence)
{
    ProductDetails details;
    details.sku = textOf(sentence, "sku").value_or("");
    details.name = textOf(sentence, "name").value_or("thing");
    details.priceMinor = sentence.number("price").value_or(0);
    details.taxRateBp = static_cast<int>(sentence.number("tax").value_or(0));
    details.currency = currencyOf(sentence).value_or(Currency{});
    details.barcodes = split(textOf(sentence, "barcodes").value_or(""), ',');
    return details;
}

HoldId holdId(const Sentence& sentence, std::size_t word)
{
    return {StoryShop::idOf(sentence.word(word), 1)};
}

OrderId orderId(const Sentence& sentence, std::size_t word)
{
    return {StoryShop::idOf(sentence.word(word), 2)};
}

/// "10%", "25" off the sale; "0:25" off the first line.
std::vector<Discount> discountsOf(const Sentence& sentence)
{
    std::vector<Discount> discounts;
    for (std::string part : split(textOf(sentence, "discounts").value_or(""), ',')) {
        Discount discount{.kind = Discount::Kind::Amount, .reason = "story", .line = std::nullopt};
        if (const auto colon = part.find(':'); colon != std::string::npos) {
            discount.line = static_cast<int>(toNumber(part.substr(0, colon)));
            part = part.substr(colon + 1);
        }
        if (part.ends_with('%')) {
            discount.kind = Discount::Kind::Percent;
            discount.value = 100 * toNumber(part.substr(0, part.size() - 1));
        } else {
            discount.value = toNumber(part);
        }
        discounts.push_back(discount);
    }
    return discounts;
}

Command placeHold(const Sentence& s)
{
    return PlaceHold{.id = holdId(s, 0),
                     .lines = linesOf(s.word(1)),
                     .singleForm = s.has("single"),
                     .life = lifeOf(s)};
}

Command placeOrder(const Sentence& s)
{
    return PlaceOrder{.id = orderId(s, 0),
                      .idGiven = s.has("given"),
                      .hold = holdId(s, 1),
                      .discounts = discountsOf(s)};
}

Command takePayment(const Sentence& s)
{
    const auto method = parsePaymentMethod(s.word(1));
    HOLDFAST_ASSERT(method.has_value());
    return TakePayment{.id = {StoryShop::idOf(s.text, 3)},
                       .order = orderId(s, 0),
                       .method = *method,
                       .amountMinor = s.number("amount"),
                       .tenderedMinor = s.number("tendered"),
                       .reference = textOf(s, "ref").value_or("")};
}

Command refundOrder(const Sentence& s)
{
    RefundOrder command{.id = {StoryShop::idOf(s.text, 4)},
                        .order = orderId(s, 0),
                        .amountMinor = s.number("amount"),
                        .restock = s.has("restock"),
                        .reason = "story"};
    for (const std::string& part : split(textOf(s, "lines").value_or(""), ',')) {
        const auto [line, qty] = pairOf(part);
        command.lines.push_back({.line = static_cast<int>(line), .qty = qty});
    }
    for (const std::string& part : split(textOf(s, "products").value_or(""), ',')) {
        const auto [product, qty] = pairOf(part);
        command.lines.push_back({.product = ProductId{product}, .qty = qty});
    }
    return command;
}

Command receiveEvent(const Sentence& s)
{
    const auto status = parsePaymentEventStatus(s.word(1));
    HOLDFAST_ASSERT(status.has_value());
    return ReceivePaymentEvent{.id = StoryShop::idOf(s.text, 5),
                               .event = {.gateway = textOf(s, "gateway").value_or("standard"),
                                         .key = s.word(0),
                                         .order = orderId(s, 2),
                                         .status = *status,
                                         .amountMinor = s.number("amount"),
                                         .currency = currencyOf(s),
                                         .paymentRef = textOf(s, "ref").value_or(""),
                                         .raw = s.text}};
}

Command moveStock(const Sentence& s)
{
    const auto kind = parseMovementKind(s.word(1));
    HOLDFAST_ASSERT(kind.has_value());
    return MoveStock{.product = {toNumber(s.word(0))},
                     .kind = *kind,
                     .qty = toNumber(s.word(2)),
                     .reason = "story"};
}

Command changeProduct(const Sentence& s)
{
    ChangeProduct command{.id = {toNumber(s.word(0))},
                          .sku = textOf(s, "sku"),
                          .name = textOf(s, "name"),
                          .priceMinor = s.number("price"),
                          .currency = currencyOf(s),
                          .version = s.number("version"),
                          .ifMatchVersion = s.number("ifmatch")};
    if (const auto barcodes = textOf(s, "barcodes")) {
        command.barcodes = split(*barcodes, ',');
    }
    return command;
}

/// "import A:500:4 B:700:0:4006381333931": sku, price, opening stock, barcode.
Command importProducts(const Sentence& s)
{
    ImportProducts command;
    for (const std::string& word : s.words) {
        const auto parts = split(word, ':');
        ImportProducts::Row row;
        row.details.sku = parts.at(0);
        row.details.name = "thing";
        row.details.priceMinor = toNumber(parts.at(1));
        row.openingStock = toNumber(parts.at(2));
        if (parts.size() > 3) {
            row.details.barcodes = {parts[3]};
        }
        command.rows.push_back(row);
    }
    return command;
}

Command createToken(const Sentence& s)
{
    const auto role = parseRole(s.word(1));
    HOLDFAST_ASSERT(role.has_value());
    CreateToken command{.name = s.word(0), .role = *role};
    command.secretHash[0] = static_cast<std::uint8_t>(s.word(0).front());
    return command;
}

using Maker = std::function<Command(const Sentence&)>;

const std::map<std::string, Maker>& makers()
{
    static const std::map<std::string, Maker> table{
        {"place", placeHold},
        {"rearrange",
         [](const Sentence& s) {
             return ChangeHold{holdId(s, 0), linesOf(s.word(1))};
         }},
        {"extend",
         [](const Sentence& s) {
             return ExtendHold{holdId(s, 0), lifeOf(s)};
         }},
        {"release", [](const Sentence& s) { return ReleaseHold{holdId(s, 0)}; }},
        {"order", placeOrder},
        {"cancel", [](const Sentence& s) { return CancelOrder{orderId(s, 0)}; }},
        {"pay", takePayment},
        {"refund", refundOrder},
        {"event", receiveEvent},
        {"move", moveStock},
        {"product",
         [](const Sentence& s) {
             return CreateProduct{detailsOf(s), s.number("stock").value_or(0)};
         }},
        {"change", changeProduct},
        {"archive",
         [](const Sentence& s) {
             return ArchiveProduct{{toNumber(s.word(0))}, s.number("ifmatch")};
         }},
        {"import", importProducts},
        {"token", createToken},
        {"revoke", [](const Sentence& s) { return RevokeToken{{toNumber(s.word(0))}}; }},
        {"sweep-holds", [](const Sentence&) { return ExpireHolds{}; }},
        {"sweep-orders", [](const Sentence&) { return CancelOverdueOrders{}; }},
        {"forget-answers", [](const Sentence&) { return ForgetAnswers{}; }},
        {"forget-events", [](const Sentence&) { return ForgetPaymentEvents{}; }},
    };
    return table;
}

} // namespace

Sentence Sentence::parse(const std::string& text)
{
    Sentence sentence{.text = text};
    std::istringstream stream(text);
    stream >> sentence.verb;
    for (std::string word; stream >> word;) {
        static const std::vector<std::string> flags{"single", "restock", "given"};
        const auto equals = word.find('=');
        if (equals != std::string::npos) {
            sentence.options[word.substr(0, equals)] = word.substr(equals + 1);
        } else if (std::find(flags.begin(), flags.end(), word) != flags.end()) {
            sentence.options[word] = "yes";
        } else {
            sentence.words.push_back(word);
        }
    }
    return sentence;
}

const std::string& Sentence::word(std::size_t index) const
{
    HOLDFAST_ASSERT(index < words.size());
    return words[index];
}

std::optional<std::int64_t> Sentence::number(const std::string& option) const
{
    const auto at = options.find(option);
    return at == options.end() ? std::nullopt : std::optional(toNumber(at->second));
}

Command commandOf(const Sentence& sentence)
{
    const auto maker = makers().find(sentence.verb);
    HOLDFAST_ASSERT(maker != makers().end());
    return maker->second(sentence);
}

} // namespace holdfast
