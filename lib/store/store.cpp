// lib/store/store.cpp — Transactions; users, rooms and logs are in store_*.cpp.
#include "lib/store/store.h"

#include <utility>

#include "lib/store/retrier.h"
#include "lib/store/transaction.h"

namespace billet::store {
namespace {

Result<void> run_once(DatabaseConnection& connection, const crypto::ContentSealer& sealer,
                      const std::function<Result<void>(chat::Transaction&)>& body) {
    connection.begin();
    MariaDbTransaction transaction(connection, sealer);
    auto done = body(transaction);
    transaction.rethrow_failure();
    if (done) {
        transaction.commit();
    } else {
        connection.rollback();
    }
    return done;
}

}  // namespace

MariaDbStore::MariaDbStore(const DatabaseConfig& config, std::shared_ptr<const crypto::ContentSealer> sealer,
                           std::shared_ptr<ServerHealth> server)
    : retrier_(std::make_unique<Retrier>(config, std::move(server))), sealer_(std::move(sealer)) {}

MariaDbStore::~MariaDbStore() = default;

void MariaDbStore::set_deadline(std::chrono::steady_clock::time_point deadline) {
    retrier_->set_deadline(deadline);
}

void MariaDbStore::set_admission(chat::Admission* admission) {
    retrier_->set_admission(admission);
}

Result<void> MariaDbStore::transact(const std::function<Result<void>(chat::Transaction&)>& body) {
    return retrier_->run_writing(
        [&](DatabaseConnection& connection, int /*attempt*/) { return run_once(connection, *sealer_, body); });
}

Result<void> MariaDbStore::ping() {
    return retrier_->prove_writable();
}

}  // namespace billet::store
