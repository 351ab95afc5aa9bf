// fcgi/fault.cpp — Of several workers that see the file, the one that unlinks it dies.
#include "fcgi/fault.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace billet::fcgi {
namespace {

class AbortingNotifier : public chat::Notifier {
public:
    AbortingNotifier(chat::Notifier& next, std::string file) : next_(next), file_(std::move(file)) {}

    void announce(std::span<const chat::Event> events, std::string_view origin) override {
        // By SIGKILL and not abort(): no handler runs, no buffer is written, no core is left.
        if (!events.empty() && unlink(file_.c_str()) == 0) kill(getpid(), SIGKILL);
        next_.announce(events, origin);
    }
    void typing(UserId recipient, RoomId room, UserId typist, std::chrono::seconds expires_in) override {
        next_.typing(recipient, room, typist, expires_in);
    }
    void session_revoked(UserId user, std::string_view session_id) override { next_.session_revoked(user, session_id); }
    void account_disabled(UserId user) override { next_.account_disabled(user); }

private:
    chat::Notifier& next_;
    std::string file_;
};

}  // namespace

std::unique_ptr<chat::Notifier> make_faulty_notifier(chat::Notifier& next) {
    const char* file = std::getenv("BILLET_FAULT_ABORT_AFTER_COMMIT");
    if (file == nullptr || *file == '\0') return nullptr;
    return std::make_unique<AbortingNotifier>(next, file);
}

}  // namespace billet::fcgi
