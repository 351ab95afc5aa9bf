// wsd/fastcgi_records.h — FastCGI as a web server speaks it: one request's records out, one reply's records in.
//
//     request = BEGIN_REQUEST(responder, keep connection) PARAMS… PARAMS(empty) STDIN… STDIN(empty)
//     reply   = *( STDOUT / STDERR / management ) END_REQUEST ; STDOUT carries CGI headers, an empty line and the body
//
// The streams of a reply may come in any number of records, each with padding, in any order, with or without an empty one at their end. Records of
// request 0 are management: about the connection and not part of any reply. An application that is going away may send one to say so, before its reply or
// behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billet::wsd {

using FastcgiParams = std::vector<std::pair<std::string_view, std::string_view>>;

// The bytes of a whole request on a connection that is to be kept.
std::string encode_fastcgi_request(const FastcgiParams& params, std::string_view body);

// Reads the records of one reply as they arrive.
class FastcgiReply {
public:
    enum class State { kMore, kWhole, kMalformed };

    // Takes bytes off the socket. Once it is kWhole or kMalformed nothing changes that: what comes behind a whole reply is no part of it.
    State feed(std::string_view bytes);
    State state() const { return state_; }
    // Whether the connection may carry another request: not when anything but this reply has come.
    bool is_reusable() const { return state_ == State::kWhole && !more_came_; }

    // For a whole reply. 200 when no Status header says otherwise; 0 when the CGI header is broken.
    int status() const;
    // A header's value by its name as the api writes it; empty when absent.
    std::string_view header(std::string_view name) const;
    std::string_view body() const;
    // The body without a copy; nothing else is to be asked afterwards.
    std::string take_body() &&;

private:
    std::string pending_;  // of a record that is not whole yet
    std::string output_;   // STDOUT so far
    State state_ = State::kMore;
    bool more_came_ = false;

    State take_records();
    State take_record(unsigned type, std::string_view content);
    std::string_view head() const;
};

}  // namespace billet::wsd
