#include "tools/sandbox/core/server.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>

namespace sandbox {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

class Handler : public Poco::Net::HTTPRequestHandler {
  public:
    explicit Handler(Sandbox& sandbox) : sandbox_(sandbox) {}
    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        std::string body;
        // A POST without a length has no body; waiting for one would last until the client gives up.
        if (request.hasContentLength() || request.getChunkedTransferEncoding()) Poco::StreamCopier::copyToString(request.stream(), body);
        std::vector<std::pair<std::string, std::string>> headers(request.begin(), request.end());
        const std::string base = "http://" + request.serverAddress().toString();
        const Response answer = sandbox_.handle(request.getMethod(), request.getURI(), std::move(headers), std::move(body), base);
        if (answer.wire != Wire::answer) return drop(request, answer.wire);
        response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
        for (const auto& [name, value] : answer.headers) response.add(name, value);
        response.setContentType(answer.content_type);
        response.setContentLength64(static_cast<Poco::Int64>(answer.body.size()));
        response.send() << answer.body;
    }

  private:
    /// No answer ever comes: the connection is reset, or it just ends.
    static void drop(HTTPServerRequest& request, Wire wire) {
        Poco::Net::StreamSocket socket = static_cast<Poco::Net::HTTPServerRequestImpl&>(request).detachSocket();
        if (wire == Wire::reset) socket.setLinger(true, 0);
        socket.close();
    }
    Sandbox& sandbox_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
  public:
    explicit Factory(Sandbox& sandbox) : sandbox_(sandbox) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override { return new Handler(sandbox_); }

  private:
    Sandbox& sandbox_;
};

Poco::ThreadPool& threads() {
    // A connection that is kept alive keeps a thread: a thousand people being looked for need many.
    static Poco::ThreadPool pool(4, 1024);
    return pool;
}

}  // namespace

Server::Server(Sandbox& sandbox, uint16_t port) {
    Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", port), 1024);
    auto* params = new Poco::Net::HTTPServerParams;
    params->setKeepAlive(true);
    params->setMaxThreads(1024);
    params->setMaxQueued(4096);
    server_ = std::make_unique<Poco::Net::HTTPServer>(new Factory(sandbox), threads(), socket, params);
    server_->start();
}

Server::~Server() {
    server_->stopAll(true);
    // The emulators go next: nobody may still be answering.
    threads().joinAll();
}

uint16_t Server::port() const { return server_->port(); }

}  // namespace sandbox
