#pragma once

namespace turnpike::worker {

/// The life of a worker: reads Start, confines itself, loads the plugin, makes the instance, answers steps until the host
/// closes the socket.  The process's exit code.
int serve(int socket, int plugin_fd);

}  // namespace turnpike::worker
