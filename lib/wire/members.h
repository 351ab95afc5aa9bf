// lib/wire/members.h — Reading the members of one JSON object by name and type, collecting what is
// wrong with them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/wire/json.h"

namespace billet::wire {

// Ask for every known member, then call finish(): it refuses unknown members first (kUnknownField),
// then wrong or missing ones (kInvalidArgument with all of them). `object` must outlive the reader.
// A value that is no object has one error: field "", code "type".
class MemberReader {
public:
    explicit MemberReader(const Json& object);

    // nullopt when absent or of the wrong type; only the latter is an error.
    std::optional<std::string> text(std::string_view name);
    // An integer 0..2^53-1; a negative or larger one has the code "range".
    std::optional<std::uint64_t> number(std::string_view name);
    // An object; nullptr when absent or of another kind.
    const Json* object(std::string_view name);
    // The same, where absence is an error with the code "required".
    std::string required_text(std::string_view name);
    std::uint64_t required_number(std::string_view name);

    Result<void> finish() const;

private:
    const Json& object_;
    std::vector<std::string_view> asked_;
    std::vector<FieldError> errors_;

    const Json* look(std::string_view name);
    void refuse(std::string_view name, std::string_view code);
    bool is_present(std::string_view name) const { return object_.find(name) != nullptr; }
};

}  // namespace billet::wire
