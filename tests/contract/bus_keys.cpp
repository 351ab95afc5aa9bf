// tests/contract/bus_keys.cpp — Writes a key file, reads it, removes it.
#include "tests/contract/bus_keys.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "CppUTest/TestHarness.h"

namespace billet::contract {

BusKeys::BusKeys() {
    crypto::start_crypto();
    std::string path = "/tmp/billet-bus-keys-XXXXXX";
    const int file = mkstemp(path.data());  // 0600
    if (file < 0) FAIL("mkstemp");
    close(file);
    std::ofstream(path) << "0 channel " << std::string(64, 'c') << "\n1 current " << std::string(64, 'a') << '\n';
    auto made = crypto::NoticeSealer::from_file(path);
    unlink(path.c_str());
    CHECK_TRUE(made.ok());
    sealer = *made;
}

}  // namespace billet::contract
