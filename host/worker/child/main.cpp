#include <unistd.h>

#include <cstdio>

#include "host/worker/child/serve.hpp"
#include "host/worker/descriptors.hpp"

/// Started by the host with two descriptors and nothing else; of no use by hand.
int main(int argc, char**) {
    if (argc != 1 || ::lseek(turnpike::worker::kPluginFd, 0, SEEK_CUR) < 0) {
        std::fputs("turnpike-worker is started by turnpike, for a plugin of its own.\n", stderr);
        return 2;
    }
    // No destructor of a plugin's runs any more.
    ::_exit(turnpike::worker::serve(turnpike::worker::kSocketFd, turnpike::worker::kPluginFd));
}
