// tools/billetctl/dump_client.cpp — The option file, as [client] of MariaDB's own programs.
#include "tools/billetctl/dump_client.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "lib/base/file.h"

namespace billet::ctl {
namespace {

// Quoted as option files want it.
std::string option_value(const std::string& value) {
    std::string text = "\"";
    for (const char c : value) {
        if (c == '\\' || c == '"') text += '\\';
        text += c;
    }
    return text + "\"\n";
}

Result<std::string> option_text(const DatabaseConfig& config) {
    std::string text = "[client]\nuser=" + option_value(config.user);
    if (!config.password_file.empty()) {
        auto password = read_secret_file(config.password_file);
        if (!password) return std::move(password).error();
        text += "password=" + option_value(*password);
    }
    if (config.host.empty()) return text + "protocol=socket\nsocket=" + option_value(config.socket);
    text += "protocol=tcp\nhost=" + option_value(config.host) + "port=" + std::to_string(config.port) + "\n";
    if (!config.tls_ca_file.empty()) text += "ssl-ca=" + option_value(config.tls_ca_file) + "ssl-verify-server-cert\n";
    return text;
}

}  // namespace

Result<Descriptor> client_options(const DatabaseConfig& config) {
    auto text = option_text(config);
    if (!text) return std::move(text).error();
    Descriptor file(memfd_create("billetctl-client-options", MFD_CLOEXEC));
    // The programs refuse option files that everybody may write, as a new file in memory is.
    const bool made = file && fchmod(file.get(), S_IRUSR | S_IWUSR) == 0 &&
                      write(file.get(), text->data(), text->size()) == static_cast<ssize_t>(text->size());
    if (!made) return unavailable(std::string("a file in memory: ") + std::strerror(errno));
    return file;
}

std::vector<std::string> client_command(const std::string& program, const Descriptor& options) {
    return {program, "--defaults-file=/proc/self/fd/" + std::to_string(options.get())};
}

}  // namespace billet::ctl
