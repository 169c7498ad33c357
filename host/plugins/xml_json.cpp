#include "host/plugins/xml_json.hpp"

#include <Poco/SAX/Attributes.h>
#include <Poco/SAX/DefaultHandler.h>
#include <Poco/SAX/LexicalHandler.h>
#include <Poco/SAX/SAXException.h>
#include <Poco/SAX/SAXParser.h>

#include <vector>

#include "host/base/encoding.hpp"
#include "host/json/write.hpp"

namespace turnpike::plugins {
namespace {

constexpr size_t kXmlDepthMax = 32;

void add_member(json::Value& to, const std::string& name, json::Value value) {
    json::Value* there = to.find(name);
    if (!there) to.set(name, std::move(value));
    else if (there->is_array()) there->push(std::move(value));
    else {
        json::Value list = json::Value::array();
        list.push(std::move(*there));
        list.push(std::move(value));
        *there = std::move(list);
    }
}

/// An exception would cross Expat's C frames and leak its parser: what is refused is remembered, and the rest passed over.
class Builder : public Poco::XML::DefaultHandler, public Poco::XML::LexicalHandler {
  public:
    using XMLString = Poco::XML::XMLString;
    void startElement(const XMLString&, const XMLString&, const XMLString& name, const Poco::XML::Attributes& attributes) override {
        if (open_.size() >= kXmlDepthMax) refused_ = true;
        if (refused_) return;
        Element element;
        element.name = name;
        for (int i = 0; i < attributes.getLength(); ++i) element.members.set("@" + attributes.getQName(i), attributes.getValue(i));
        open_.push_back(std::move(element));
    }
    void endElement(const XMLString&, const XMLString&, const XMLString&) override {
        if (refused_ || open_.empty()) return;
        Element done = std::move(open_.back());
        open_.pop_back();
        json::Value value = value_of(done);
        if (open_.empty()) root_.set(done.name, std::move(value));
        else add_member(open_.back().members, done.name, std::move(value));
    }
    void characters(const Poco::XML::XMLChar text[], int start, int length) override {
        if (!refused_ && !open_.empty()) open_.back().text.append(text + start, static_cast<size_t>(length));
    }
    void startDTD(const XMLString&, const XMLString&, const XMLString&) override { refused_ = true; }
    void endDTD() override {}
    void startEntity(const XMLString&) override { refused_ = true; }
    void endEntity(const XMLString&) override {}
    void startCDATA() override {}
    void endCDATA() override {}
    void comment(const Poco::XML::XMLChar[], int, int) override {}

    const json::Value& root() const { return root_; }
    bool refused() const { return refused_; }

  private:
    struct Element {
        std::string name, text;
        json::Value members = json::Value::object();
    };
    static json::Value value_of(Element& e) {
        if (e.members.members().empty()) return std::move(e.text);
        if (e.text.find_first_not_of(" \t\r\n") != std::string::npos) e.members.set("#text", std::move(e.text));
        return std::move(e.members);
    }

    std::vector<Element> open_;
    json::Value root_ = json::Value::object();
    bool refused_ = false;
};

}  // namespace

std::optional<std::string> xml_to_json(std::string_view document) {
    // Expat would read a declared encoding; only UTF-8 comes this way, so a declaration of another one is not well-formed.
    if (!is_utf8(document) || document.find("<!DOCTYPE") != std::string_view::npos) return std::nullopt;
    Builder builder;
    try {
        Poco::XML::SAXParser parser;
        parser.setFeature(Poco::XML::XMLReader::FEATURE_NAMESPACES, false);
        parser.setFeature(Poco::XML::XMLReader::FEATURE_NAMESPACE_PREFIXES, true);
        parser.setFeature(Poco::XML::XMLReader::FEATURE_EXTERNAL_GENERAL_ENTITIES, false);
        parser.setFeature(Poco::XML::XMLReader::FEATURE_EXTERNAL_PARAMETER_ENTITIES, false);
        parser.setContentHandler(&builder);
        parser.setProperty(Poco::XML::XMLReader::PROPERTY_LEXICAL_HANDLER, static_cast<Poco::XML::LexicalHandler*>(&builder));
        parser.parseMemoryNP(document.data(), document.size());
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
    if (builder.refused()) return std::nullopt;
    return json::write(builder.root());
}

}  // namespace turnpike::plugins
