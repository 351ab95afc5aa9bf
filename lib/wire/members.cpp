// lib/wire/members.cpp — Typed members, and the list of what is wrong.
#include "lib/wire/members.h"

#include <algorithm>
#include <cstdint>

#include "lib/base/ids.h"

namespace billet::wire {

MemberReader::MemberReader(const Json& object) : object_(object) {
    if (object.kind != JsonKind::kObject) refuse("", "type");
}

const Json* MemberReader::look(std::string_view name) {
    asked_.push_back(name);
    return object_.find(name);
}

void MemberReader::refuse(std::string_view name, std::string_view code) {
    errors_.push_back({std::string(name), std::string(code)});
}

std::optional<std::string> MemberReader::text(std::string_view name) {
    const Json* found = look(name);
    if (found == nullptr) return std::nullopt;
    if (found->kind == JsonKind::kString) return found->text;
    refuse(name, "type");
    return std::nullopt;
}

std::optional<std::uint64_t> MemberReader::number(std::string_view name) {
    const Json* found = look(name);
    if (found == nullptr) return std::nullopt;
    if (found->kind != JsonKind::kInteger) {
        refuse(name, "type");
        return std::nullopt;
    }
    if (found->integer < 0 || static_cast<std::uint64_t>(found->integer) > kIdMax) {
        refuse(name, "range");
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(found->integer);
}

const Json* MemberReader::object(std::string_view name) {
    const Json* found = look(name);
    if (found == nullptr || found->kind == JsonKind::kObject) return found;
    refuse(name, "type");
    return nullptr;
}

std::string MemberReader::required_text(std::string_view name) {
    if (object_.kind == JsonKind::kObject && !is_present(name)) refuse(name, "required");
    return text(name).value_or(std::string{});
}

std::uint64_t MemberReader::required_number(std::string_view name) {
    if (object_.kind == JsonKind::kObject && !is_present(name)) refuse(name, "required");
    return number(name).value_or(0);
}

Result<void> MemberReader::finish() const {
    for (const auto& [key, value] : object_.members) {
        if (std::ranges::find(asked_, std::string_view(key)) == asked_.end())
            return make_error(Code::kUnknownField, key);
    }
    if (errors_.empty()) return {};
    Error error = make_error(Code::kInvalidArgument, errors_.front().field + ": " + errors_.front().code);
    error.fields = errors_;
    return error;
}

}  // namespace billet::wire
