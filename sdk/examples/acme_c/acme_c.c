/* The provider of ../acme in plain C: Acme makes an order, shows the payer a page, and tells us when it is paid.
 * Everything a plugin needs is in the host's table; nothing here opens, allocates for the host, or remembers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "turnpike/provider.h"
#include "turnpike_manifest.h"

#define STR(literal) ((tpk_str)TPK_STR_INIT(literal))
#define TEXT_MAX 2048

typedef struct instance {
    const tpk_host *host;
    char api_key[256];
    char mode[8];
} instance;

static tpk_str str_of(const char *text) {
    tpk_str s = {text, strlen(text)};
    return s;
}
static tpk_bytes bytes_of(tpk_str s) {
    tpk_bytes b = {(const uint8_t *)s.ptr, s.len};
    return b;
}
static int same(tpk_str a, tpk_str b) { return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0; }

/* The text or the digits at a pointer; len 0 when there is neither. */
static tpk_str at(const instance *self, tpk_out *out, tpk_bytes document, const char *pointer) {
    tpk_str value = {NULL, 0};
    uint32_t kind = self->host->json(out, document, str_of(pointer), &value);
    if (kind != TPK_JSON_STRING && kind != TPK_JSON_NUMBER) value.len = 0;
    return value;
}

/* The same as JSON text in quotes, escaped by the host; "" stays "\"\"". */
static tpk_str quoted(const instance *self, tpk_out *out, tpk_str text) {
    tpk_bytes result = {NULL, 0};
    tpk_str none = STR("\"\"");
    if (!self->host->transform(out, STR("json.quote/1"), bytes_of(text), &result)) return none;
    tpk_str s = {(const char *)result.ptr, result.len};
    return s;
}

static void fail(const instance *self, tpk_out *out, uint32_t kind, const char *hint) {
    tpk_error error;
    memset(&error, 0, sizeof error);
    error.size = sizeof error;
    error.kind = kind;
    error.hint = str_of(hint);
    self->host->fail(out, &error);
}

static void send(const instance *self, const tpk_step *s, tpk_str method, const char *url, tpk_str label, const char *body) {
    char bearer[300];
    tpk_header headers[3] = {{STR("Authorization"), {bearer, 0}, TPK_HEADER_SENSITIVE, 0},
                             {STR("Idempotency-Key"), s->idempotency_key, 0, 0},
                             {STR("Content-Type"), STR("application/json"), 0, 0}};
    tpk_http_request r;
    headers[0].value.len = (size_t)snprintf(bearer, sizeof bearer, "Bearer %s", self->api_key);
    memset(&r, 0, sizeof r);
    r.size = sizeof r;
    r.retry = TPK_RETRY_IDEMPOTENT; /* Acme gives the same order for the same reference */
    r.method = method;
    r.url = str_of(url);
    r.headers = headers;
    r.header_count = body ? 3 : 1;
    r.body = bytes_of(str_of(body ? body : ""));
    r.label = label;
    self->host->http(s->out, &r);
}

/* What an order says, as an observation; an order is the same object in every answer and message.  0 = it is none. */
static int observe(const instance *self, const tpk_step *s, tpk_bytes order, int with_page, char *text) {
    tpk_str id = at(self, s->out, order, "/id"), reference = at(self, s->out, order, "/reference");
    tpk_str cents = at(self, s->out, order, "/cents"), state = at(self, s->out, order, "/state"), page = at(self, s->out, order, "/page");
    const int paid = same(state, STR("paid"));
    const char *status = paid ? "succeeded" : same(state, STR("cancelled")) ? "cancelled" : "pending";
    int n;
    if (!id.len || !reference.len || !cents.len || !state.len) return 0;
    id = quoted(self, s->out, id);
    reference = quoted(self, s->out, reference);
    n = snprintf(text, TEXT_MAX, "{\"mode\":\"%s\",\"as_of_unix_ms\":%lld,\"reference\":%.*s,\"provider_reference\":%.*s,\"status\":\"%s\"", self->mode,
                 (long long)s->now_unix_ms, (int)reference.len, reference.ptr, (int)id.len, id.ptr, status);
    if (n < TEXT_MAX && paid)
        n += snprintf(text + n, (size_t)(TEXT_MAX - n), ",\"effects\":[{\"kind\":\"capture\",\"id\":%.*s,\"amount\":{\"minor\":\"%.*s\",\"exponent\":2,\"currency\":\"USD\"}}]",
                      (int)id.len, id.ptr, (int)cents.len, cents.ptr);
    if (n < TEXT_MAX && with_page) {
        page = quoted(self, s->out, page);
        n += snprintf(text + n, (size_t)(TEXT_MAX - n), ",\"next_action\":{\"type\":\"redirect\",\"url\":%.*s}", (int)page.len, page.ptr);
    }
    if (n < TEXT_MAX) n += snprintf(text + n, (size_t)(TEXT_MAX - n), "}");
    return n < TEXT_MAX;
}

/* The one request of an operation, then what its answer says. */
static void finish(const instance *self, const tpk_step *s, int with_page) {
    char text[TEXT_MAX];
    const tpk_event *e = s->events;
    const int fine = e->kind == TPK_EVENT_RESPONSE && e->response && e->response->status >= 200 && e->response->status < 300;
    /* Without effect none the payment stays pending: no answer is no refusal. */
    if (!fine || !observe(self, s, e->response->body, with_page, text)) {
        fail(self, s->out, TPK_ERR_PROVIDER, "Acme did not take the request.");
        return;
    }
    self->host->done(s->out, str_of(text));
}

static void create_payment(const instance *self, const tpk_step *s) {
    char body[TEXT_MAX];
    tpk_bytes input = bytes_of(s->input_json);
    tpk_str reference = quoted(self, s->out, at(self, s->out, input, "/reference"));
    tpk_str minor = at(self, s->out, input, "/total/minor");
    tpk_str back = quoted(self, s->out, at(self, s->out, input, "/return_url"));
    if (s->event_count) {
        finish(self, s, 1);
        return;
    }
    if (snprintf(body, sizeof body, "{\"reference\":%.*s,\"cents\":%.*s,\"return_to\":%.*s}", (int)reference.len, reference.ptr, (int)minor.len, minor.ptr,
                 (int)back.len, back.ptr) >= (int)sizeof body) {
        fail(self, s->out, TPK_ERR_INPUT, "The return address is too long for Acme.");
        return;
    }
    send(self, s, STR("POST"), "https://api.acme.example/orders", STR("order.create"), body);
}

static void query_payment(const instance *self, const tpk_step *s) {
    char url[TEXT_MAX];
    tpk_str id = at(self, s->out, bytes_of(s->input_json), "/provider_reference");
    tpk_bytes safe = {NULL, 0};
    if (s->event_count) {
        finish(self, s, 0);
        return;
    }
    if (!id.len || !self->host->transform(s->out, STR("percent/1"), bytes_of(id), &safe) || safe.len > 200) {
        fail(self, s->out, TPK_ERR_INPUT, "Acme never named this payment.");
        return;
    }
    snprintf(url, sizeof url, "https://api.acme.example/orders/%.*s", (int)safe.len, (const char *)safe.ptr);
    send(self, s, STR("GET"), url, STR("order.get"), NULL);
}

static void handle_webhook(const instance *self, const tpk_step *s) {
    char text[TEXT_MAX], result[TEXT_MAX + 32];
    tpk_str signature = {NULL, 0};
    tpk_bytes body = s->inbound->body;
    tpk_proof proof;
    uint32_t i;
    for (i = 0; i < s->inbound->header_count; i++)
        if (same(s->inbound->headers[i].name, STR("Acme-Signature"))) signature = s->inbound->headers[i].value;
    memset(&proof, 0, sizeof proof);
    proof.size = sizeof proof;
    proof.claimed_encoding = TPK_HEX;
    proof.scheme = STR("hmac-sha256");
    proof.key.setting = STR("webhook_key"); /* the host has the key; it never comes here */
    proof.parts = &body;
    proof.part_count = 1;
    proof.claimed = bytes_of(signature);
    if (!self->host->prove(s->out, &proof, NULL)) {
        fail(self, s->out, TPK_ERR_FORGED, "Acme-Signature does not fit.");
        return;
    }
    if (!observe(self, s, body, 0, text)) {
        fail(self, s->out, TPK_ERR_INPUT, "This is no order of Acme's.");
        return;
    }
    snprintf(result, sizeof result, "{\"observations\":[%s]}", text);
    self->host->done(s->out, str_of(result));
}

static tpk_instance *create(const tpk_host *host, tpk_str config, tpk_out *out) {
    instance *self = calloc(1, sizeof *self);
    tpk_str key, mode;
    if (!self) return NULL;
    self->host = host;
    key = at(self, out, bytes_of(config), "/settings/api_key");
    mode = at(self, out, bytes_of(config), "/mode");
    if (!key.len || key.len >= sizeof self->api_key || mode.len >= sizeof self->mode) {
        fail(self, out, TPK_ERR_CONFIG, "Acme needs an API key of at most 255 characters.");
        free(self);
        return NULL;
    }
    memcpy(self->api_key, key.ptr, key.len);
    memcpy(self->mode, mode.ptr, mode.len);
    return (tpk_instance *)self;
}

static void step(const tpk_instance *given, const tpk_step *s) {
    const instance *self = (const instance *)given;
    if (same(s->op, STR("payment.create/1"))) create_payment(self, s);
    else if (same(s->op, STR("payment.query/1"))) query_payment(self, s);
    else if (same(s->op, STR("webhook.handle/1"))) handle_webhook(self, s);
    else fail(self, s->out, TPK_ERR_UNSUPPORTED, "Acme has no such operation.");
}

static void destroy(tpk_instance *given) { free(given); }

const tpk_provider turnpike_provider_v1 = {TPK_MAGIC, sizeof(tpk_provider), TPK_ABI_MINOR, 0,
                                           {turnpike_manifest, sizeof turnpike_manifest}, TPK_STR_INIT("c/1.0.0"),
                                           create, step, destroy};
