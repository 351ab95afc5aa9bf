// lib/store/retrier.h — Doing a piece of work on a sound connection, again when MariaDB says that
// this may help.
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>

#include <cppconn/exception.h>

#include "lib/base/result.h"
#include "lib/store/connection_slot.h"
#include "lib/store/identity.h"
#include "lib/store/server_health.h"

namespace billet::store {

inline constexpr int kTriesMax = 3;

class Retrier {
public:
    // `server` is shared by all that a process has; without one it is this object's own.
    explicit Retrier(DatabaseConfig config, std::shared_ptr<ServerHealth> server = std::make_shared<ServerHealth>())
        : server_(std::move(server)), slot_(std::move(config), *server_) {}

    ServerHealth& server() { return *server_; }

    // No try begins after this.
    void set_deadline(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }

    // For whom the work is from now on; nullptr: for nobody in particular. As long as the admission
    // is open, the first statement of the next run() decides about it, at each of its tries;
    // whoever is refused gets the refusal for an answer, and nothing is done. It must outlive its
    // use.
    void set_admission(chat::Admission* admission);

    // Calls `once(DatabaseConnection&, int attempt)` (attempt counts from 1) until it returns; it
    // gives a Result and may throw. After a deadlock, a lock wait time-out or a lost connection it
    // is called again, kTriesMax times in all and before the deadline: `once` must find out what an
    // earlier attempt may have done. A transaction left open is rolled back.
    // Adds kUnavailable, kInternal and the refusal of an admission to the errors of `once`. Nothing
    // is thrown.
    template <typename Once>
    std::invoke_result_t<Once, DatabaseConnection&, int> run(Once once) {
        if (!question_) return run_asking(nullptr, std::move(once));
        const chat::Admission& admission = question_->admission();
        if (admission.refusal()) return *admission.refusal();
        return run_asking(admission.is_open() ? &*question_ : nullptr, std::move(once));
    }

    // The same for work that is nobody's in particular, whoever has been set.
    template <typename Once>
    std::invoke_result_t<Once, DatabaseConnection&, int> run_for_nobody(Once once) {
        return run_asking(nullptr, std::move(once));
    }

    // The same for work that writes: refused at once while it is known that nothing can be written.
    template <typename Once>
    std::invoke_result_t<Once, DatabaseConnection&, int> run_writing(Once once) {
        if (server_->is_suspect()) {
            if (auto proved = prove_writable(); !proved) return std::move(proved).error();
        }
        return run(std::move(once));
    }

    // Whether the server can be written, as all threads of the process know it
    // (ServerHealth::writable).
    Result<void> prove_writable();

private:
    std::shared_ptr<ServerHealth> server_;
    ConnectionSlot slot_;
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    std::optional<IdentityQuestion> question_;

    template <typename Once>
    std::invoke_result_t<Once, DatabaseConnection&, int> run_asking(FrontQuestion* question, Once once) {
        for (int attempt = 1;; ++attempt) {
            auto connection = sound_connection();
            if (!connection) return std::move(connection).error();
            try {
                (*connection)->ask_in_front(question);
                return once(**connection, attempt);
            } catch (const Refused& refused) {
                clean_up(**connection, false);
                return refused.error;
            } catch (const sql::SQLException& error) {
                if (auto last = after_failure(error, **connection, attempt)) return *std::move(last);
            } catch (const std::exception& error) {
                return after_accident(error);
            }
        }
    }

    Result<DatabaseConnection*> sound_connection();
    // Leaves no open transaction behind. Nothing: try again.
    std::optional<Error> after_failure(const sql::SQLException& error, DatabaseConnection& connection, int attempt);
    Error after_accident(const std::exception& error);
    void clean_up(DatabaseConnection& connection, bool lost);
};

}  // namespace billet::store
