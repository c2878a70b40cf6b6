#include "server/cache/product_codec.h"

#include "shared/domain/limits.h"

#include <array>
#include <cstdint>

namespace holdfast {

namespace {

constexpr char formVersion = 1;
constexpr std::size_t numberSize = 8;

void addNumber(std::string& bytes, std::uint64_t number)
{
    for (std::size_t index = 0; index < numberSize; ++index) {
        bytes += static_cast<char>(number >> (8 * index) & 0xff);
    }
}

std::uint64_t numberAt(std::string_view bytes)
{
    std::uint64_t number = 0;
    for (std::size_t index = numberSize; index-- > 0;) {
        number = number << 8 | static_cast<unsigned char>(bytes[index]);
    }
    return number;
}

/// FNV-1a, 64 bits (draft-eastlake-fnv). Against accidents, not against intent.
std::uint64_t hashOf(std::string_view bytes)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : bytes) {
        hash ^= static_cast<unsigned char>(byte);
        hash *= 0x100000001b3;
    }
    return hash;
}

/// Both ways walk the fields in the same order, so it is written once: visit(view, adder) and
/// visit(view, taker).
template <class View, class Visitor>
void visitFields(View& view, Visitor& visitor)
{
    auto& product = view.product;
    auto& details = product.details;
    visitor.number(product.id.value);
    visitor.number(product.version);
    visitor.number(view.stockVersion);
    visitor.number(view.stock.onHand);
    visitor.number(view.stock.held);
    visitor.number(view.stock.committed);
    visitor.number(product.createdAt.ms);
    visitor.number(product.updatedAt.ms);
    visitor.number(product.archived);
    visitor.number(details.priceMinor);
    visitor.number(details.taxRateBp);
    visitor.number(details.favouriteRank);
    visitor.currency(details.currency);
    for (auto* text : {&details.sku, &details.name, &details.brand, &details.quantityText,
                       &details.category, &details.image}) {
        visitor.text(*text);
    }
    visitor.list(details.barcodes);
}

class Adder
{
public:
    explicit Adder(std::string& bytes) : m_bytes(bytes) {}

    template <class Number>
    void number(Number number)
    {
        addNumber(m_bytes, static_cast<std::uint64_t>(static_cast<std::int64_t>(number)));
    }
    void currency(const Currency& currency) { text(std::string(currency.code())); }
    void text(const std::string& text)
    {
        number(text.size());
        m_bytes += text;
    }
    void list(const std::vector<std::string>& texts)
    {
        number(texts.size());
        for (const std::string& one : texts) {
            text(one);
        }
    }

private:
    std::string& m_bytes;
};

/// Takes nothing more once something did not fit.
class Taker
{
public:
    explicit Taker(std::string_view bytes) : m_rest(bytes) {}

    [[nodiscard]] bool isWhole() const { return m_fits && m_rest.empty(); }

    template <class Number>
    void number(Number& number)
    {
        const std::int64_t taken = next();
        number = static_cast<Number>(taken);
        m_fits = m_fits && static_cast<std::int64_t>(number) == taken;
    }
    void currency(Currency& currency)
    {
        std::string code;
        text(code);
        const auto parsed = Currency::parse(code);
        m_fits = m_fits && parsed;
        currency = parsed.value_or(Currency{});
    }
    void text(std::string& text)
    {
        const auto size = static_cast<std::uint64_t>(next());
        m_fits = m_fits && size <= m_rest.size();
        if (m_fits) {
            text = m_rest.substr(0, size);
            m_rest.remove_prefix(size);
        }
    }
    void list(std::vector<std::string>& texts)
    {
        const auto count = static_cast<std::uint64_t>(next());
        m_fits = m_fits && count <= limits::barcodesPerProductMax;
        for (std::uint64_t index = 0; m_fits && index < count; ++index) {
            text(texts.emplace_back());
        }
    }

private:
    std::int64_t next()
    {
        m_fits = m_fits && m_rest.size() >= numberSize;
        if (!m_fits) {
            return 0;
        }
        const std::uint64_t number = numberAt(m_rest);
        m_rest.remove_prefix(numberSize);
        return static_cast<std::int64_t>(number);
    }

    std::string_view m_rest;
    bool m_fits = true;
};

} // namespace

std::string encodeProduct(const ProductView& view)
{
    std::string bytes(1, formVersion);
    Adder adder(bytes);
    visitFields(view, adder);
    addNumber(bytes, hashOf(bytes));
    return bytes;
}

std::optional<ProductView> decodeProduct(std::string_view bytes)
{
    if (bytes.size() < 1 + numberSize || bytes.front() != formVersion) {
        return std::nullopt;
    }
    const std::string_view hashed = bytes.substr(0, bytes.size() - numberSize);
    if (numberAt(bytes.substr(hashed.size())) != hashOf(hashed)) {
        return std::nullopt;
    }
    std::optional<ProductView> view(std::in_place);
    Taker taker(hashed.substr(1));
    visitFields(*view, taker);
    return taker.isWhole() ? view : std::nullopt;
}

} // namespace holdfast
