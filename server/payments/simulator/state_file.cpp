#include "server/payments/simulator/state_file.h"

#include "server/payments/simulator/sim_json.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

namespace holdfast::cardsim {

namespace {

Failure<std::string> trouble(const std::string& path, const std::string& what)
{
    return Failure<std::string>("the state file " + path + " " + what);
}

const rapidjson::Value* listMember(const rapidjson::Value& object, const char* name)
{
    const auto member = object.FindMember(name);
    return member != object.MemberEnd() && member->value.IsArray() ? &member->value : nullptr;
}

template <class T, class Read>
bool readList(const rapidjson::Value& object, const char* name, Read read, std::vector<T>& into)
{
    const rapidjson::Value* const list = listMember(object, name);
    if (list == nullptr) {
        return false;
    }
    for (const auto& entry : list->GetArray()) {
        auto value = read(entry);
        if (!value) {
            return false;
        }
        into.push_back(std::move(*value));
    }
    return true;
}

bool readAnswers(const rapidjson::Value& object, KeptAnswers& into)
{
    const rapidjson::Value* const list = listMember(object, "answers");
    if (list == nullptr) {
        return false;
    }
    for (const auto& entry : list->GetArray()) {
        if (!entry.IsObject()) {
            return false;
        }
        const auto key = textMember(entry, "key");
        const auto fingerprint = textMember(entry, "fingerprint");
        const auto body = textMember(entry, "body");
        if (!key || !fingerprint || !body) {
            return false;
        }
        const auto status = numberMember(entry, "http_status").value_or(200);
        into[*key] = {*fingerprint, static_cast<int>(status), *body};
    }
    return true;
}

std::string answersJson(const KeptAnswers& answers)
{
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    const auto text = [&writer](const char* name, const std::string& value) {
        writer.Key(name);
        writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    };
    writer.StartArray();
    for (const auto& [key, answer] : answers) {
        writer.StartObject();
        text("key", key);
        text("fingerprint", answer.fingerprint);
        text("body", answer.body);
        writer.Key("http_status");
        writer.Int(answer.httpStatus);
        writer.EndObject();
    }
    writer.EndArray();
    return {buffer.GetString(), buffer.GetSize()};
}

template <class List>
void appendList(std::string& text, const char* name, const List& list)
{
    text += "\"" + std::string(name) + "\":[";
    const char* separator = "\n";
    for (const auto& entry : list) {
        text += separator + toJson(entry);
        separator = ",\n";
    }
    text += "],\n";
}

} // namespace

Result<SimState, std::string> loadState(const std::string& path)
{
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        return SimState{};
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return trouble(path, "cannot be read");
    }
    std::ostringstream content;
    content << file.rdbuf();
    const std::string text = content.str();
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (document.HasParseError() || !document.IsObject()) {
        return trouble(path, "is not JSON");
    }
    SimState state;
    const bool whole = readList(document, "payments", paymentFromJson, state.payments) &&
                       readList(document, "deliveries", deliveryFromJson, state.deliveries) &&
                       readAnswers(document, state.answers);
    if (!whole) {
        return trouble(path, "is not one of this program's");
    }
    return state;
}

Result<void, std::string> saveState(const std::string& path, const std::deque<SimPayment>& payments,
                                    const std::vector<Delivery>& deliveries,
                                    const KeptAnswers& answers)
{
    std::string text = "{";
    appendList(text, "payments", payments);
    appendList(text, "deliveries", deliveries);
    text += "\"answers\":" + answersJson(answers) + "}\n";
    const std::string next = path + ".next";
    std::ofstream file(next, std::ios::binary | std::ios::trunc);
    file << text << std::flush;
    if (!file) {
        return trouble(path, "cannot be written");
    }
    file.close();
    std::error_code error;
    std::filesystem::rename(next, path, error);
    if (error) {
        return trouble(path, "cannot be replaced");
    }
    return {};
}

} // namespace holdfast::cardsim
