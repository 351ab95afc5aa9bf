// tools/billetctl/child.h — Another program, with a pipe to its input or from its output.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/descriptor.h"
#include "lib/base/result.h"

namespace billet::ctl {

class Child {
public:
    enum class Pipe { kToItsInput, kFromItsOutput };

    // `argv[0]` is looked for in PATH. Its other stream and stderr are ours. `keeps`: a descriptor
    // that it gets under the same number.
    // kUnavailable, with the reason, when it cannot be started.
    static Result<Child> start(const std::vector<std::string>& argv, Pipe pipe, const Descriptor& keeps);
    // One that was not waited for is ended.
    ~Child();
    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;

    // Bytes of its output; 0 at the end.
    Result<std::size_t> read(std::span<char> into);
    Result<void> write(std::string_view bytes);
    // Closes the pipe and waits. kUnavailable, naming the program, when it did not end with 0.
    Result<void> finish();

private:
    Child(std::string name, pid_t pid, Descriptor pipe) : name_(std::move(name)), pid_(pid), pipe_(std::move(pipe)) {}

    std::string name_;
    pid_t pid_;
    Descriptor pipe_;
};

}  // namespace billet::ctl
