// wsd/kept_token.h — A client's token in a fraction of its bytes, for as long as its socket lives.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace billet::wsd {

// Tokens of one issuer are alike but for a few numbers and ids. What they have in common (their
// shape) is kept once, of each token only what differs, in binary: about 70 bytes of 250. Whatever
// cannot be put together again to the very same text is kept as it is.
class KeptTokens {
public:
    // Bytes for token().
    std::string pack(std::string_view token);
    // The text that was packed.
    std::string token(std::string_view packed) const;

    std::size_t shapes() const { return shapes_.size(); }

private:
    // Never removed: there is one for each kind of token and key.
    struct Shape {
        std::string header;  // as it stands in the token
        std::string claims;  // JSON, with marks in the place of numbers and ids
        bool operator==(const Shape&) const = default;
    };
    std::size_t index_of(Shape shape);

    std::vector<Shape> shapes_;
};

}  // namespace billet::wsd
