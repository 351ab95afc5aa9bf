// tests/unit/base_addresses.cpp — Whom an address stands for.
#include "lib/base/addresses.h"

#include "CppUTest/TestHarness.h"

using namespace billet;

TEST_GROUP(Addresses) {
    static void counts_as(const char* wanted, const char* address) {
        STRCMP_EQUAL(wanted, address_to_count(address).c_str());
    }
};

TEST(Addresses, AnIpv4AddressStandsForItself) {
    counts_as("203.0.113.9", "203.0.113.9");
    counts_as("0.0.0.0", "0.0.0.0");
}

TEST(Addresses, AMappedOneIsTheIpv4Address) {
    for (const char* address :
         {"::ffff:203.0.113.9", "::FFFF:203.0.113.9", "::ffff:cb00:7109", "0:0:0:0:0:ffff:203.0.113.9"})
        counts_as("203.0.113.9", address);
}

TEST(Addresses, OfAnIpv6AddressTheFirstHalfCounts) {
    for (const char* address : {"2001:db8:0:1::", "2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff",
                                "2001:0db8:0000:0001::42", "2001:DB8:0:1:0:0:203.0.113.9"})
        counts_as("2001:db8:0:1::/64", address);
    counts_as("2001:db8:0:2::/64", "2001:db8:0:2::1");
    counts_as("::/64", "::1");
    counts_as("::/64", "::203.0.113.9");
}

TEST(Addresses, AZoneIsNotLookedAt) {
    counts_as("fe80::/64", "fe80::1%eth0");
    counts_as("fe80::/64", "fe80::2%eth1");
}

TEST(Addresses, WhatIsNoAddressStandsForItself) {
    for (const char* text :
         {"", "unix:", "localhost", "203.0.113", "203.0.113.9:80", "[2001:db8::1]", "2001:db8::1::2", "%", "1.2.3.4.5"})
        counts_as(text, text);
}
