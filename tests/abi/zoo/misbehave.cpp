#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "zoo.hpp"

#ifdef ZOO_EXTRA_EXPORT
extern "C" TPK_EXPORT int zoo_extra;
int zoo_extra = 1;
#endif

#ifdef ZOO_UNIQUE_SYMBOL
template <class T>
struct __attribute__((visibility("default"))) Shared {
    static int value;
};
template <class T>
int Shared<T>::value = 1;
int use_shared() { return Shared<int>::value; }
#endif

#ifdef ZOO_FOREIGN_LIBRARY
extern "C" const char* OpenSSL_version(int);
const char* use_library() { return OpenSSL_version(0); }
#endif

namespace zoo {
namespace {

unsigned long now_us() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<unsigned long>(now.tv_sec) * 1000000 + static_cast<unsigned long>(now.tv_nsec) / 1000;
}

__attribute__((constructor)) void early() {
    if (kFault == kForksEarly && fork() == 0) _exit(0);
    if (kFault == kConnectsEarly) (void)socket(AF_INET, SOCK_STREAM, 0);
    if (kFault == kSlowLoad) idle_us(400000);
}

int descend(int n) {
    volatile char frame[4096];
    frame[0] = static_cast<char>(n);
    return n > 100000000 ? 0 : descend(n + 1) + frame[0];
}

}  // namespace

void idle_us(long us) {
    const unsigned long until = now_us() + static_cast<unsigned long>(us);
    while (now_us() < until) {
    }
}

int* volatile nowhere = nullptr;
void* volatile kept = nullptr;

void misbehave(unsigned long& steps) {
    switch (kFault) {
        case kNullDereference: *nowhere = 1; break;
        case kAborts: std::abort();
        case kThrows: throw std::runtime_error("thrown over the border");
        case kEndlessLoop: for (volatile bool on = true; on;) {}
            break;
        case kConnects: (void)socket(AF_INET, SOCK_STREAM, 0); break;
        case kForks: if (fork() == 0) _exit(0); break;
        case kLeaks: kept = std::memset(std::malloc(256 << 10), 1, 256 << 10); break;
        case kDeepRecursion: steps += static_cast<unsigned long>(descend(0)); break;
        case kSlowStep: idle_us(60000); break;
        case kReadsClock: steps = now_us(); break;
        default: break;
    }
}

}  // namespace zoo
