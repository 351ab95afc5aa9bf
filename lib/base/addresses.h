// lib/base/addresses.h — Internet addresses as limits count them.
#pragma once

#include <string>
#include <string_view>

namespace billet {

// What stands for the client at `address`: an IPv4 address itself, also when it is written as IPv6
// (mapped); of an IPv6 address its /64, as "2001:db8:0:1::/64", because that is the least that one
// subscriber gets. Every spelling of an address gives the same. What is no address (a host's name,
// "unix:", nothing) stands for itself.
std::string address_to_count(std::string_view address);

}  // namespace billet
