#include <algorithm>
#include <string_view>

#include "host/app/api.hpp"
#include "host/app/web_files.hpp"

namespace turnpike::app {
namespace {

/// Everything comes from this host, nothing is inline, nobody frames it.  Pictures may be data of the page's own.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const WebFile* find_file(std::string_view path) {
    const auto files = web_files();
    const auto found = std::find_if(files.begin(), files.end(), [&](const WebFile& f) { return path == f.path; });
    return found == files.end() ? nullptr : &*found;
}

bool takes_gzip(const http::Request& request) {
    const std::string* accepted = request.header("Accept-Encoding");
    return accepted && accepted->find("gzip") != std::string::npos;
}

void send_file(const http::RequestPtr& request, const http::Reply& reply, const std::string& path, const char* cache) {
    const WebFile* file = find_file(path);
    if (!file) {
        const char* why = web_files().empty() ? "This host was built without its pages (TURNPIKE_WEB=OFF)." : "There is nothing at this path.";
        return reply.send(http::problem_response(problem(404, "not_found", why), request->request_id));
    }
    const bool packed = takes_gzip(*request);
    const WebBytes& bytes = packed ? file->packed : file->plain;
    http::Response response;
    response.content_type = file->type;
    response.body.assign(reinterpret_cast<const char*>(bytes.data), bytes.size);
    response.headers = {{"Cache-Control", cache},
                        {"Vary", "Accept-Encoding"},
                        {"Content-Security-Policy", kPolicy},
                        {"X-Content-Type-Options", "nosniff"},
                        {"X-Frame-Options", "DENY"},
                        {"Referrer-Policy", "no-referrer"},
                        {"Cross-Origin-Opener-Policy", "same-origin"}};
    if (packed) response.headers.push_back({"Content-Encoding", "gzip"});
    reply.send(std::move(response));
}

}  // namespace

void add_web_routes(const ApiDeps& deps) {
    for (const char* site : {"panel", "portal"}) {
        const std::string page = std::string("/") + site + ".html";
        const auto handler = [page](const http::RequestPtr& request, http::Reply reply) { send_file(request, reply, page, "no-store"); };
        deps.router.add({"GET", std::string("/") + site, ""}, handler);
        deps.router.add({"GET", std::string("/") + site + "/{rest...}", ""}, handler);
    }
    // Their names change with their content.
    deps.router.add({"GET", "/assets/{file}", ""}, [](const http::RequestPtr& request, http::Reply reply) {
        send_file(request, reply, "/assets/" + request->param("file"), "public, max-age=31536000, immutable");
    });
    deps.router.add({"GET", "/", ""}, [](const http::RequestPtr&, http::Reply reply) { reply.send(http::redirect("/panel")); });
}

}  // namespace turnpike::app
