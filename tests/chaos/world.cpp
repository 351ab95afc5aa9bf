// tests/chaos/world.cpp — JSON in, values out.
#include "tests/chaos/world.h"

#include <algorithm>

#include "tests/support/http.h"

namespace billet::chaos {
namespace {

std::string canonical_object(const wire::Json& value) {
    std::vector<const wire::JsonMember*> members;
    for (const wire::JsonMember& member : value.members) members.push_back(&member);
    std::ranges::sort(members, {}, &wire::JsonMember::name);
    std::string out = "{";
    for (const wire::JsonMember* member : members)
        out += (out.size() > 1 ? "," : "") + tests::json_string(member->name) + ":" + canonical(member->value);
    return out + "}";
}

std::string canonical_array(const wire::Json& value) {
    std::string out = "[";
    for (const wire::Json& item : value.items) out += (out.size() > 1 ? "," : "") + canonical(item);
    return out + "]";
}

}  // namespace

std::string canonical(const wire::Json& value) {
    switch (value.kind) {
        case wire::JsonKind::kNull: return "null";
        case wire::JsonKind::kBool: return value.boolean ? "true" : "false";
        case wire::JsonKind::kInteger: return std::to_string(value.integer);
        case wire::JsonKind::kString: return tests::json_string(value.text);
        case wire::JsonKind::kArray: return canonical_array(value);
        case wire::JsonKind::kObject: return canonical_object(value);
    }
    return {};
}

Message message_of(const wire::Json& message) {
    return {.id = tests::number_of(message, "id"),
            .seq = tests::number_of(message, "seq"),
            .sender = tests::number_of(message, "sender_id"),
            .client_msg_id = tests::text_of(message, "client_msg_id"),
            .content = tests::text_of(message, "content"),
            .created_at = tests::text_of(message, "created_at")};
}

}  // namespace billet::chaos
