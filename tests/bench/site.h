// tests/bench/site.h — A stack that is measured: its places and its processes. Of any build:
// nothing here knows what it is made of.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace billet::bench {

class Site {
public:
    explicit Site(std::string run_dir);

    const std::string& run_dir() const { return run_dir_; }
    const std::string& base_url() const { return base_url_; }
    int port() const { return port_; }
    std::string socket(const std::string& name) const { return run_dir_ + "/sock/" + name + ".sock"; }

    // Processes of "api", "nginx", "mariadb", "redis", "wsd": all instances, with nginx' workers.
    std::vector<pid_t> pids(const std::string& service) const;
    std::vector<pid_t> all_pids() const;

    // Their memory is as at the start again.
    void restart_wsd() const;
    void restart_nginx() const;

private:
    std::string run_dir_;
    std::string base_url_;
    int port_ = 0;

    std::vector<pid_t> running(const std::string& service) const;
    void restart(const std::string& service, const std::function<int()>& connect) const;
};

}  // namespace billet::bench
