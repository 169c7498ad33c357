#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/http/router.hpp"

namespace turnpike::app {

/// The API's description, OpenAPI 3.1, put together from the routes themselves and the bodies of openapi_bodies.cpp:
/// a route cannot be missing, and every operation names its scope.
json::Value openapi(const http::Router& router);

/// The JSON schema of a request's body; null when the route takes none.
json::Value body_schema(const std::string& method, const std::string& pattern);
/// Summary and answer schema's name of a route.
struct OperationText {
    std::string summary;
    std::string answer;  ///< name under components/schemas
};
OperationText operation_text(const std::string& method, const std::string& pattern);
json::Value component_schemas();

/// One member of a request's body.
struct Member {
    const char* name;
    const char* type;  ///< a JSON type, "amount", or words separated by |
    bool required = false;
};
/// The routes about people: users, sessions, second factors, the portal.
const std::map<std::string, std::vector<Member>>& people_bodies();
const std::map<std::string, OperationText>& people_texts();
/// Accounting, consent pages, numbers and scripts.
const std::map<std::string, std::vector<Member>>& service_bodies();
const std::map<std::string, OperationText>& service_texts();

}  // namespace turnpike::app
