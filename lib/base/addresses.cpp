// lib/base/addresses.cpp — Reading an address in any spelling, and writing what is counted in one.
#include "lib/base/addresses.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace billet {
namespace {

// The zone of a link-local address (%eth0) is this machine's own matter.
std::string without_zone(std::string_view address) {
    return std::string(address.substr(0, address.find('%')));
}

std::string ipv4_text(const in_addr& address) {
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, &address, text.data(), text.size());
    return text.data();
}

std::string prefix_text(in6_addr address) {
    constexpr std::size_t kPrefixBytes = 8;
    std::fill(std::begin(address.s6_addr) + kPrefixBytes, std::end(address.s6_addr), std::uint8_t{0});
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, &address, text.data(), text.size());
    return std::string(text.data()) + "/64";
}

}  // namespace

std::string address_to_count(std::string_view address) {
    const std::string text = without_zone(address);
    in_addr ipv4{};
    if (inet_pton(AF_INET, text.c_str(), &ipv4) == 1) return ipv4_text(ipv4);
    in6_addr ipv6{};
    if (inet_pton(AF_INET6, text.c_str(), &ipv6) != 1) return std::string(address);
    if (!IN6_IS_ADDR_V4MAPPED(&ipv6)) return prefix_text(ipv6);
    std::copy(std::end(ipv6.s6_addr) - sizeof ipv4, std::end(ipv6.s6_addr), reinterpret_cast<std::uint8_t*>(&ipv4));
    return ipv4_text(ipv4);
}

}  // namespace billet
