#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/json/value.hpp"
#include "host/store/committer.hpp"

namespace turnpike::accounting {

/// One document at an accounting provider, as the store keeps it: a contact, an invoice, a payment, a bill, a batch
/// payment or a bank transaction.
struct Document {
    int64_t seq = 0;  ///< 0 = not stored yet
    std::string id, kind, integration, mode;
    std::optional<std::string> customer, payment;
    std::string status = "pending";
    std::optional<std::string> provider_id, number;
    json::Value input, answer;
    int64_t created_at = 0, updated_at = 0;
};

/// As the API shows it: {id, kind, status, integration, mode, number, provider_id, total, paid, due, currency, url, ...}.
json::Value document_json(const Document& document);

/// Failure of the unique index: the payment has such a document already; its id.
std::optional<std::string> document_of_payment(store::Session& db, const std::string& integration, const std::string& kind, const std::string& payment);
void insert_document(store::Tx& tx, Document& document);
/// Writes status, provider's id, number and answer.
void update_document(store::Tx& tx, Document& document);
void remove_document(store::Tx& tx, const std::string& id);
std::optional<Document> load_document(store::Session& db, const std::string& id);
/// Newest first; empty texts leave a filter out, `after` is a document's id.
struct DocumentFilter {
    std::string integration, kind, mode, after;
};
std::vector<Document> list_documents(store::Session& db, const DocumentFilter& filter, int limit);
/// Takes over a plugin's answer.
void apply_answer(Document& document, const json::Value& answer);

}  // namespace turnpike::accounting
