// lib/crypto/key_file.cpp — Lines of a key file, edited, and the file replaced as a whole.
#include "lib/crypto/key_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/crypto/key_ring.h"

namespace billet::crypto {
namespace {

constexpr std::uint16_t kIdLast = 65535;

Error wrong(const std::string& what) {
    return make_error(Code::kInvalidArgument, what);
}

Error system_error(const std::string& path, const char* doing) {
    return wrong(path + ": cannot " + doing + ": " + std::strerror(errno));
}

std::string random_hex() {
    std::array<char, kKeyBytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::string hex = to_hex({bytes.data(), bytes.size()});
    sodium_memzero(bytes.data(), bytes.size());
    return hex;
}

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return fsync(descriptor) == 0;
}

// A file that did not exist before, on disk. kConflict when it did.
Result<void> write_new_file(const std::string& path, std::string_view text, const struct stat* like) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (descriptor < 0 && errno == EEXIST) return make_error(Code::kConflict, path + ": is there already");
    if (descriptor < 0) return system_error(path, "make the file");
    bool done = write_all(descriptor, text);
    if (done && like != nullptr)
        done = fchown(descriptor, like->st_uid, like->st_gid) == 0 && fchmod(descriptor, like->st_mode & 07777U) == 0;
    Result<void> result = done ? Result<void>{} : system_error(path, "write the file");
    close(descriptor);
    if (!done) unlink(path.c_str());
    return result;
}

void sync_folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    fsync(descriptor);
    close(descriptor);
}

Result<void> replace_file(const std::string& path, std::string_view text) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return system_error(path, "read the file");
    const std::string beside = path + ".new";
    if (auto written = write_new_file(beside, text, &status); !written) {
        if (written.error().code != Code::kConflict) return written;
        return wrong(beside +
                     ": is left from a change that was cut short, or another one is going on; delete it if none is");
    }
    const auto sound = KeyRing::load(beside);
    if (!sound || rename(beside.c_str(), path.c_str()) != 0) {
        Error error = sound ? system_error(path, "replace the file") : sound.error();
        unlink(beside.c_str());
        return error;
    }
    sync_folder_of(path);
    return {};
}

// The text of a sound key file; wiped when it goes.
class KeyText {
public:
    static Result<KeyText> read(const std::string& path) {
        if (auto ring = KeyRing::load(path); !ring) return std::move(ring).error();
        auto text = read_secret_file(path);
        if (!text) return std::move(text).error();
        KeyText result;
        result.text_ = std::move(*text) + "\n";
        return result;
    }
    KeyText() = default;
    ~KeyText() { sodium_memzero(text_.data(), text_.size()); }
    KeyText(KeyText&& other) noexcept = default;
    KeyText& operator=(KeyText&&) = delete;

    const std::string& text() const { return text_; }
    void add_line(const std::string& line) { text_ += line + "\n"; }

    // Calls `edit` with id and state of every key's line; what it answers becomes the state, empty
    // takes the line out.
    template <typename Edit>
    void edit_states(Edit edit) {
        std::string out;
        out.reserve(text_.size() + 64);
        for (const std::string_view line : split(std::string_view(text_).substr(0, text_.size() - 1), '\n')) {
            const std::string edited = edited_line(line, edit);
            if (!edited.empty() || line.empty()) out += edited + "\n";
        }
        sodium_memzero(text_.data(), text_.size());
        text_ = std::move(out);
    }

private:
    std::string text_;

    template <typename Edit>
    static std::string edited_line(std::string_view line, Edit& edit) {
        std::array<char, 16> state{};
        unsigned id = 0;
        int state_at = 0;
        int rest_at = 0;
        const std::string copy(line);
        if (std::sscanf(copy.c_str(), "%u %n%15s%n", &id, &state_at, state.data(), &rest_at) != 2) return copy;
        const std::string changed = edit(static_cast<std::uint16_t>(id), std::string_view(state.data()));
        if (changed.empty()) return {};
        return copy.substr(0, static_cast<std::size_t>(state_at)) + changed +
               copy.substr(static_cast<std::size_t>(rest_at));
    }
};

}  // namespace

Result<void> create_key_file(const std::string& path, const std::string& comment, ChannelKey channel) {
    if (path.empty()) return wrong("the path of a key file is not set in the configuration");
    start_crypto();
    std::string text = "# " + comment + "\n1 current " + random_hex() + "\n";
    if (channel == ChannelKey::kWith) text += "0 channel " + random_hex() + "\n";
    auto written = write_new_file(path, text, nullptr);
    sodium_memzero(text.data(), text.size());
    if (written) sync_folder_of(path);
    return written;
}

Result<std::vector<KeyEntry>> list_keys(const std::string& path) {
    auto ring = KeyRing::load(path);
    if (!ring) return std::move(ring).error();
    std::vector<KeyEntry> entries;
    for (const auto& [id, key] : (*ring)->all()) entries.push_back({id, id == (*ring)->current_id()});
    return entries;
}

Result<std::uint16_t> add_key(const std::string& path) {
    auto entries = list_keys(path);
    if (!entries) return std::move(entries).error();
    const std::uint16_t last = entries->back().id;
    if (last == kIdLast) return wrong(path + ": there is no higher id than 65535");
    const auto id = static_cast<std::uint16_t>(last + 1);
    auto text = KeyText::read(path);
    if (!text) return std::move(text).error();
    text->add_line(std::to_string(id) + " accepted " + random_hex());
    if (auto replaced = replace_file(path, text->text()); !replaced) return std::move(replaced).error();
    return id;
}

Result<std::uint16_t> activate_key(const std::string& path) {
    auto entries = list_keys(path);
    if (!entries) return std::move(entries).error();
    const std::uint16_t id = entries->back().id;
    if (entries->back().is_current)
        return wrong(path + ": has no accepted key that is newer than the current one; rotate first");
    auto text = KeyText::read(path);
    if (!text) return std::move(text).error();
    text->edit_states([id](std::uint16_t entry, std::string_view state) -> std::string {
        if (state == "channel") return std::string(state);
        return entry == id ? "current" : "accepted";
    });
    if (auto replaced = replace_file(path, text->text()); !replaced) return std::move(replaced).error();
    return id;
}

Result<void> retire_key(const std::string& path, std::uint16_t id) {
    auto entries = list_keys(path);
    if (!entries) return std::move(entries).error();
    const auto entry = std::ranges::find(*entries, id, &KeyEntry::id);
    if (entry == entries->end()) return wrong(path + ": has no key " + std::to_string(id));
    if (entry->is_current) return wrong(path + ": key " + std::to_string(id) + " is the current one; rotate first");
    auto text = KeyText::read(path);
    if (!text) return std::move(text).error();
    text->edit_states([id](std::uint16_t other, std::string_view state) {
        return other == id && state != "channel" ? std::string{} : std::string(state);
    });
    return replace_file(path, text->text());
}

}  // namespace billet::crypto
