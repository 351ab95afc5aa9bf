// lib/crypto/secret_memory.h — Memory for secrets: locked, left out of core dumps, fenced by guard
// pages and wiped when freed.
#pragma once

#include <sodium.h>

#include <cstddef>
#include <new>
#include <string>

namespace billet::crypto {

// Takes at least four pages per allocation: for a handful of keys, not for data. Where the system
// grants no locked memory the rest still holds. sodium_init() must have been called.
template <typename T>
struct SecretAllocator {
    using value_type = T;

    SecretAllocator() = default;
    template <typename Other>
    SecretAllocator(const SecretAllocator<Other>&) {}

    T* allocate(std::size_t count) {
        void* memory = sodium_allocarray(count, sizeof(T));
        if (memory == nullptr) throw std::bad_alloc();
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t) { sodium_free(memory); }

    bool operator==(const SecretAllocator&) const = default;
};

// Overwrites a secret that is not needed any more; the compiler cannot leave it out.
inline void wipe(std::string& secret) {
    sodium_memzero(secret.data(), secret.size());
}

}  // namespace billet::crypto
