// fcgi/daemon.h — The process: keys, worker threads, signals.
#pragma once

#include <memory>

#include "lib/base/result.h"
#include "lib/crypto/content_sealer.h"
#include "lib/crypto/notice_sealer.h"
#include "lib/crypto/tokens.h"

namespace billet {
struct Config;
}

namespace billet::fcgi {

// All key files, read. Each is thread-safe and reads its file again on reload().
struct KeyFiles {
    std::shared_ptr<crypto::ContentSealer> content;
    std::shared_ptr<crypto::NoticeSealer> bus;
    std::unique_ptr<crypto::Tokens> tokens;

    // kInvalidArgument with "file:line: what is wrong".
    static Result<KeyFiles> read(const Config& config);
    // Keeps what it has of a file that is wrong now, and says so in the log.
    void reload();
};

// Serves until SIGTERM or SIGINT, then answers what has been asked; SIGHUP reads the key files
// again. Blocks; to be called once, before there are other threads. A database that is away does
// not keep it from starting: calls are answered "unavailable" until it is there.
// Errors: kUnavailable (a socket cannot be listened on, requests were left unanswered after
// drain_s), kInvalidArgument (the database's schema is not the one that this build wants; detail
// names the command to run).
Result<void> run_daemon(const Config& config, KeyFiles keys);

}  // namespace billet::fcgi
