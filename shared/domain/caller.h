#pragma once

#include "shared/domain/ids.h"

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// Each role may do what the ones before it may.
enum class Role { Kiosk, Cashier, Manager, Admin };

[[nodiscard]] std::string_view toString(Role role);
[[nodiscard]] std::optional<Role> parseRole(std::string_view word);

/// Callers without a row of their own: nobody in particular (demo mode, the server itself), and
/// the bootstrap token of the configuration.
inline constexpr CallerId anonymousCaller{0};
inline constexpr CallerId bootstrapCaller{-2};

/// Who asks: an access token with its role. Its name is shown as the terminal.
struct Caller
{
    CallerId id = {};
    Role role = Role::Kiosk;
    std::string name = {};

    friend bool operator==(const Caller&, const Caller&) = default;
};

} // namespace holdfast
