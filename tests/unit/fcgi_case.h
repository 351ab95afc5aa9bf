// tests/unit/fcgi_case.h — Text cases for the pipeline: a request, `---`, and what the reply must
// be.
//
//     POST /chat/rooms/{room}/messages as alice
//     Content-Type: application/json
//
//     {"content":"hi"}
//     ---
//     201
//     Cache-Control: no-store
//     !Link
//
//     "content":"hi"
//
// Requests may bear Content-Type (application/json unless given when there is a body),
// Content-Encoding, Authorization, Idempotency-Key, Caller and Cause. Of the reply each named
// header must be equal, a header after `!` must be missing, and each line of the body must occur in
// the body; a first line `=` asks for the whole body to be the next line. {room}, {alice}, {bob},
// {eve} and {message} stand for ids.
#pragma once

#include <map>
#include <string>

#include "fcgi/pipeline.h"
#include "fcgi/probe.h"
#include "tests/fakes/fake_ports.h"

namespace billet::tests {

class PipelineWorld {
public:
    fakes::World world;
    fcgi::Probe::Seen seen{.redis_up = true, .wsd = fcgi::Probe::Presence::kUp};

    PipelineWorld();

    // Runs one case; an empty text means that it went as expected, else it says what did not.
    std::string differs(const std::string& text);

    fcgi::Reply serve(const fcgi::Request& request);
    std::string filled_in(std::string text) const;

private:
    class FakeProbe;

    std::map<std::string, std::string> names_;
};

}  // namespace billet::tests
