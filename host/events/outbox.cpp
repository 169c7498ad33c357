#include "host/events/outbox.hpp"

#include "host/base/clock.hpp"
#include "host/events/counts.hpp"
#include "host/json/read.hpp"
#include "host/json/write.hpp"

namespace turnpike::events {

void emit(store::Tx& tx, const Ids& ids, std::string_view type, std::string_view mode, const json::Value& object) {
    tx.db.run("INSERT INTO events (id, type, at, mode, object) VALUES ($1, $2, $3, $4, $5)", ids.make("evt_"), type,
              tx.now_ms, mode, json::write(object));
    tx.after_commit.push_back([type = std::string(type)] { Counts::of_process().add(type); });
}

namespace {

Page page_of(store::Rows rows, int64_t asked) {
    Page page;
    page.last = asked;
    while (rows.next()) {
        page.last = rows.integer(0);
        auto object = json::read(rows.view(5));
        page.events.push_back(json::Value::object(
            {{"id", rows.text(1)}, {"type", rows.text(2)}, {"at", rfc3339(rows.integer(3)).text}, {"sequence", rows.integer(0)},
             {"mode", rows.text(4)}, {"data", json::Value::object({{"object", object ? *object : json::Value()}})}}));
    }
    return page;
}

}  // namespace

Page read(store::Session& db, int64_t after, int limit, std::string_view mode) {
    return page_of(db.query("SELECT n, id, type, at, mode, object FROM events WHERE n > $1"
                            " AND n <= (SELECT coalesce(max(event_to), 0) FROM seals) AND ($2 = '' OR mode = $2) ORDER BY n LIMIT $3",
                            after, mode, limit), after);
}

Page read_newest(store::Session& db, int64_t before, int limit, std::string_view mode) {
    return page_of(db.query("SELECT n, id, type, at, mode, object FROM events WHERE n < $1"
                            " AND n <= (SELECT coalesce(max(event_to), 0) FROM seals) AND ($2 = '' OR mode = $2) ORDER BY n DESC LIMIT $3",
                            before, mode, limit), before);
}

}  // namespace turnpike::events
