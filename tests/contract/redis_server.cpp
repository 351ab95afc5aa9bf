// tests/contract/redis_server.cpp — Starting, freezing and killing a redis-server.
#include "tests/contract/redis_server.h"

#include <csignal>
#include <sodium.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "lib/base/text.h"

#include "CppUTest/TestHarness.h"

namespace billet::contract {
namespace {

constexpr const char* kAclTemplate = "tools/stack/templates/redis.acl";

std::string sha256_hex(const std::string& text) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from))
        text.replace(at, from.size(), to);
}

std::string password_of(const std::string& user) {
    return "secret-of-" + user;
}

void write_secret(const std::string& path, const std::string& secret) {
    std::ofstream(path) << secret << '\n';
    chmod(path.c_str(), S_IRUSR | S_IWUSR);
}

}  // namespace

RedisServer::RedisServer() {
    std::string path = "/tmp/billet-redis-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) FAIL("mkdtemp");
    directory_ = path;
    write_acl();
    // As the daemons do: hiredis writes to sockets whose peer may be gone.
    std::signal(SIGPIPE, SIG_IGN);
}

RedisServer::~RedisServer() {
    kill();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

void RedisServer::write_acl() const {
    std::ifstream in(kAclTemplate);
    std::string acl{std::istreambuf_iterator<char>(in), {}};
    CHECK_TRUE_TEXT(!acl.empty(), "run the tests from the root of the repository");
    for (const std::string user : {"api", "wsd", "operator"}) {
        std::string name = user;
        for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        replace_all(acl, "@" + name + "_SHA256@", sha256_hex(password_of(user)));
        write_secret(directory_ + "/" + user + ".password", password_of(user));
    }
    std::ofstream(directory_ + "/redis.acl") << acl;
}

void RedisServer::start() {
    const std::string config = "port 0\nunixsocket " + socket() + "\nunixsocketperm 700\ndir " + directory_ +
                               "\naclfile " + directory_ + "/redis.acl\nsave \"\"\nappendonly no\nlogfile " +
                               directory_ + "/redis.log\n";
    std::ofstream(directory_ + "/redis.conf") << config;
    pid_ = fork();
    if (pid_ == 0) {
        execlp("redis-server", "redis-server", (directory_ + "/redis.conf").c_str(), nullptr);
        _exit(127);
    }
    for (int i = 0; i < 100; ++i) {
        if (cli("PING") == "PONG") return;
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    FAIL("redis-server does not answer");
}

void RedisServer::kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

void RedisServer::freeze() {
    ::kill(pid_, SIGSTOP);
}

void RedisServer::thaw() {
    ::kill(pid_, SIGCONT);
}

std::string RedisServer::cli(const std::string& command) const {
    const std::string line = "redis-cli -s " + socket() + " --user operator --pass " + password_of("operator") +
                             " --no-auth-warning " + command + " 2>&1";
    FILE* const pipe = popen(line.c_str(), "r");
    if (pipe == nullptr) return {};
    std::string output;
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) output += buffer.data();
    pclose(pipe);
    while (output.ends_with('\n')) output.pop_back();
    return output;
}

RedisConfig RedisServer::config_of(const std::string& user) const {
    RedisConfig config;
    config.socket = socket();
    config.user = user;
    config.password_file = directory_ + "/" + user + ".password";
    return config;
}

}  // namespace billet::contract
