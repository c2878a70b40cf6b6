#include "server/payments/header_lookup.h"

#include <algorithm>

namespace holdfast {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

HeaderLookup findHeader(const WebhookRequest& request, std::string_view lowerCaseName)
{
    const auto same = [](char a, char b) { return lower(a) == b; };
    HeaderLookup found;
    for (const WebhookHeader& header : request.headers) {
        if (std::equal(header.name.begin(), header.name.end(), lowerCaseName.begin(),
                       lowerCaseName.end(), same)) {
            if (found.count == 0) {
                found.value = header.value;
            }
            ++found.count;
        }
    }
    return found;
}

} // namespace holdfast
