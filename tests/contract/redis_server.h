// tests/contract/redis_server.h — A Redis of the test's own on a unix socket in a temporary
// directory, with the ACL file of the private stack.
#pragma once

#include <sys/types.h>

#include <string>

#include "lib/base/config/redis.h"

namespace billet::contract {

class RedisServer {
public:
    // Makes the directory; starts nothing.
    RedisServer();
    // Kills the server and removes the directory.
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    void start();   // returns when it answers; fails the test when it does not
    void kill();    // -9
    void freeze();  // it accepts connections and answers nothing
    void thaw();

    // What the daemons are given: their own users.
    RedisConfig api_config() const { return config_of("api"); }
    RedisConfig wsd_config() const { return config_of("wsd"); }
    // One command as the operator, by redis-cli; its output without the line end.
    std::string cli(const std::string& command) const;

    const std::string& directory() const { return directory_; }
    std::string socket() const { return directory_ + "/redis.sock"; }

private:
    std::string directory_;
    pid_t pid_ = -1;

    RedisConfig config_of(const std::string& user) const;
    void write_acl() const;
};

}  // namespace billet::contract
