// lib/fastcgi/reply.h — A reply as its records and CGI text: made for a connection that ends, read
// as it arrives.
//
//     reply = *( STDOUT / STDERR / management ) END_REQUEST ; STDOUT carries CGI headers, an empty
//     line and the body
//
// The streams of a reply may come in any number of records, each with padding, in any order, with
// or without an empty one at their end. Records of request 0 are management: about the connection
// and not part of any reply. An application that is going away may send one to say so, before its
// reply or behind it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/fastcgi/records.h"

namespace billet::fastcgi {

// One header of CGI text; control characters of the value are left out. An empty line and the body
// follow the last one.
void append_header(std::string& text, std::string_view name, std::string_view value);

// A whole reply of that CGI text, and behind it an empty management record: FastCGI has no word for
// "this was the last reply", but a web server does not keep a connection on which bytes follow the
// end of the request.
std::string encode_last_reply(std::size_t request_id, std::string_view text);

// Reads the records of one reply to a request of encode_request() as they arrive.
class ReplyReader {
public:
    enum class State { kMore, kWhole, kMalformed };

    // Takes bytes off the socket. Once it is kWhole or kMalformed nothing changes that: what comes
    // behind a whole reply is no part of it.
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
    State take_record(const Record& record);
    std::string_view head() const;
};

}  // namespace billet::fastcgi
