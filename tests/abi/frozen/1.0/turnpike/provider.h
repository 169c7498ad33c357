/* provider.h - Turnpike provider plugin ABI, major 1.  C99 / C++11 and later, LP64 only.  No dependencies.
 *
 * A plugin is a pure function: step(instance, operation, events so far) -> exactly one outcome.
 * It opens no socket, reads no clock, touches no file, keeps nothing between steps.  What it wants done it
 * says (http, call, wait); the host does it and steps the operation again, from the top, with one more event.
 * So a slow provider costs no thread, a timeout is an event like any other, a test is a file of events, and
 * the same plugin runs in the host's process or in a worker that has no network.
 *
 * The way of one operation:
 *     step(events: 0)            -> http "token"
 *     step(events: token)        -> http "charge"          the plugin walks the same way to the same place,
 *     step(events: token, charge)-> done                   reading each recorded answer where it asked before
 * The same step must give the same outcome, byte for byte: take time from now_unix_ms and the events,
 * randomness from HMAC(seed, label), and nothing from anywhere else.
 *
 * Lifetimes, all of them:
 *   - the tpk_host given to create(), its tables and its text: until destroy() of that instance has returned;
 *   - every other pointer the host hands in (tpk_step and what it reaches, config): until that call returns;
 *   - memory the host returns (prove, hmac, digest, sign, verify, transform, json: the "arena"): until the
 *     step returns;
 *   - everything a plugin hands to the host is copied before the host's function returns;
 *   - turnpike_provider_v1 and its manifest: for ever.  Nobody frees across the border.
 * Threads: create/destroy of one instance never overlap anything on that instance, but may run beside
 *   steps of other instances.  step() runs on many threads at once and must not write to the instance.
 *   Host functions may be called only inside the call that supplied `out`, on that thread.
 * Nothing throws, panics or longjmps across the border, in either direction.                            */
#ifndef TPK_PROVIDER_H
#define TPK_PROVIDER_H
#include <stddef.h>
#include <stdint.h>

#define TPK_ABI_MAJOR 1u          /* part of the symbol's name: turnpike_provider_v1                       */
#define TPK_ABI_MINOR 0u          /* +1 whenever a field, a function or a named transform is added         */
#define TPK_MAGIC     0x54504b56u /* "TPKV"                                                                */

#if defined(__GNUC__)
#  define TPK_EXPORT __attribute__((visibility("default")))
#else
#  define TPK_EXPORT
#endif
#define TPK_ASSERT_(name, condition) typedef char tpk_assert_##name[(condition) ? 1 : -1]
TPK_ASSERT_(lp64, sizeof(void*) == 8 && sizeof(size_t) == 8);

#ifdef __cplusplus
extern "C" {
#endif

/* Growth.  Structs that begin with `size` grow at the end only; the writer sets it to the sizeof it was
 * compiled with, the reader asks TPK_HAS first.  Every struct is a multiple of 8 bytes with no padding, so
 * an appended field can never hide in an old writer's tail.  Unused `reserved` must be written as 0.
 * tpk_str, tpk_bytes and tpk_header have no size and are frozen for this major version.
 * Enumerations are uint32_t; a reader must tolerate unknown values (each list says how).
 * A released function or transform never changes its meaning, not even to accept more: it gets a new name. */
#define TPK_END_OF_(p, field) ((size_t)((const char*)(&(p)->field + 1) - (const char*)(p)))
#define TPK_HAS(p, field) ((size_t)(p)->size >= TPK_END_OF_(p, field))

/* Counted, not NUL-terminated; text is UTF-8.  len 0 is "absent", whatever ptr is.                        */
typedef struct tpk_str   { const char    *ptr; size_t len; } tpk_str;
typedef struct tpk_bytes { const uint8_t *ptr; size_t len; } tpk_bytes;
#define TPK_STR_INIT(literal) { (literal), sizeof(literal) - 1 }         /* for static initialisers in C   */

/* ---- HTTP --------------------------------------------------------------------------------------------- */
#define TPK_HEADER_SENSITIVE 1u
typedef struct tpk_header { tpk_str name, value; uint32_t flags, reserved; } tpk_header;

#define TPK_RETRY_NEVER      0u   /* at most one delivery, by us or by the HTTP library                    */
#define TPK_RETRY_IF_UNSENT  1u   /* again only if no byte of the request left the host                    */
#define TPK_RETRY_IDEMPOTENT 2u   /* the same bytes may be delivered twice; not for signed-with-time bytes */

#define TPK_HTTP_SECRET_ANSWER 1u /* the answer holds new secrets (tokens): its body never enters a transcript */
#define TPK_HTTP_LONG_POLL     2u /* waits for a person: outside the concurrency limit, breaker and latency  */

typedef struct tpk_http_request {
  uint32_t  size, flags;           /* TPK_HTTP_*                                                           */
  uint32_t  retry, timeout_ms;     /* TPK_RETRY_*; 0 = host default, clamped to the deadline               */
  tpk_str   method, url;           /* https only; the host must be on the manifest's egress list           */
  const tpk_header *headers;       /* order, repeats and spelling kept                                     */
  uint32_t  header_count, reserved;
  tpk_bytes body;
  tpk_str   label;                 /* "oauth.token": names the exchange; checked on replay, see tpk_event  */
  tpk_str   coalesce_key;          /* same key in flight on any host => one call; see TPK_EVENT_COALESCED  */
  tpk_str   client_cert;           /* key of a pem setting, for mutual TLS                                 */
  tpk_str   redact;                /* JSON array of names masked in request and answer, in JSON members, form
                                    * fields and XML elements alike: ["PWD","api_token"].  Settings of type
                                    * secret and the standard OAuth names are masked without being listed. */
  int64_t   send_before_unix_ms;   /* 0 = none.  Later than this the host fails it, unsent, POLICY_STALE   */
} tpk_http_request;

typedef struct tpk_http_response {
  uint32_t  size, status;
  const tpk_header *headers;
  uint32_t  header_count, reserved;
  tpk_bytes body;                  /* content-decoded, capped by the host                                  */
} tpk_http_response;

/* ---- what has happened so far in this operation ------------------------------------------------------- */
/* An unknown kind is read as FAILED, an unknown `sent` as MAYBE, an unknown reason as no more than that.   */
#define TPK_EVENT_RESPONSE  1u
#define TPK_EVENT_FAILED    2u     /* look at `reason` and `sent`; for http and for call                    */
#define TPK_EVENT_TIMER     3u     /* the pause asked for with wait is over                                 */
#define TPK_EVENT_SERVICE   4u     /* the answer to call, in `json`                                         */
#define TPK_EVENT_COALESCED 5u     /* another operation did this call; `json` = what it kept, {"key":"value"} */
#define TPK_SENT_MAYBE 0u          /* zero is the safe answer: the request may have had its effect          */
#define TPK_SENT_NO    1u
#define TPK_FAIL_DNS 1u            /* the name did not resolve                                              */
#define TPK_FAIL_CONNECT 2u        /* no connection, or it broke; `sent` tells the two apart                */
#define TPK_FAIL_TLS 3u            /* certificate or handshake                                              */
#define TPK_FAIL_TIMEOUT 4u        /* no whole answer in timeout_ms, or the operation's deadline            */
#define TPK_FAIL_TOO_LARGE 5u      /* the answer passed the host's cap                                      */
#define TPK_FAIL_POLICY 6u         /* egress list, private address, scheme, redirect                        */
#define TPK_FAIL_STALE 7u          /* send_before_unix_ms had passed                                        */
#define TPK_FAIL_BREAKER 8u        /* circuit open; unsent                                                  */
#define TPK_FAIL_DENIED 9u         /* service not granted, unknown, or over its limit                       */
typedef struct tpk_event {
  uint32_t  size, kind;
  uint32_t  sent, reason;          /* TPK_SENT_*, TPK_FAIL_*                                                */
  int64_t   at_unix_ms;            /* never goes backwards within an operation                             */
  tpk_str   label;                 /* label of the http, service of the call, "" for wait: a plugin that    */
                                   /* asks for something else at this place has lost determinism: INTERNAL  */
  tpk_str   json;                  /* SERVICE, COALESCED                                                    */
  const tpk_http_response *response;   /* RESPONSE only, else NULL                                          */
} tpk_event;

/* ---- an inbound request (webhook, IPN, browser return): the very bytes, never re-encoded --------------- */
typedef struct tpk_inbound {
  uint32_t  size, header_count;
  tpk_str   method, path, query;   /* path: what follows the URL we handed out; our own token is cut off    */
  tpk_str   remote_ip;             /* after trusted proxies                                                 */
  const tpk_header *headers;
  tpk_bytes body;
} tpk_inbound;

/* ---- one step ----------------------------------------------------------------------------------------- */
typedef struct tpk_out tpk_out;      /* the host's collector for this call                                  */
typedef struct tpk_step {
  uint32_t  size, event_count;
  const tpk_event *events;         /* oldest first; 0 = the operation starts                                */
  uint32_t  event_stride, attempt; /* attempt: 0, then 1.. when the operation is begun again after a crash  */
  tpk_str   op;                    /* "payment.create/1"                                                    */
  tpk_str   op_id;                 /* stable over retries and restarts                                      */
  tpk_str   idempotency_key;       /* stable, <= 36 of [A-Za-z0-9-]: the least any provider takes           */
  tpk_str   input_json;            /* schemas/payment.create.1.json; unknown members are to be ignored      */
  const tpk_inbound *inbound;      /* webhook.*, payment.complete, connect.complete; else NULL              */
  tpk_str   cache_json;            /* {"key":"value"}, frozen when the operation started                    */
  int64_t   now_unix_ms;           /* when the operation started; later times are in the events             */
  int64_t   deadline_unix_ms;      /* absolute, so that it too is the same in every step                    */
  uint8_t   seed[32];              /* HMAC(host key, op_id): secret, and the same after a restart           */
  tpk_out  *out;
} tpk_step;

/* ---- failure ------------------------------------------------------------------------------------------ */
#define TPK_ERR_CONFIG      1u     /* a setting is wrong or missing; `field` names it: /settings/private_key */
#define TPK_ERR_INPUT       2u     /* this provider cannot express what was asked; `field` names the member */
#define TPK_ERR_UNSUPPORTED 3u     /* this operation, or this variant of it, does not exist here            */
#define TPK_ERR_AUTH        4u     /* the provider refuses our credentials                                  */
#define TPK_ERR_DECLINED    5u     /* the provider said no: final                                           */
#define TPK_ERR_RATE        6u     /* asked too often; retry_after_ms when the provider says               */
#define TPK_ERR_PROVIDER    7u     /* 5xx or nonsense; also how an unknown kind is read                      */
#define TPK_ERR_FORGED      8u     /* an inbound message that could not be proven                           */
#define TPK_ERR_INTERNAL    9u     /* a fault in the plugin itself                                          */
#define TPK_EFFECT_UNKNOWN  0u     /* zero is the safe answer: host keeps the payment pending and queries    */
#define TPK_EFFECT_NONE     1u     /* the plugin vouches that the provider did nothing                      */
typedef struct tpk_error {
  uint32_t  size, kind;            /* TPK_ERR_*                                                             */
  uint32_t  effect, retry_after_ms;/* TPK_EFFECT_*; ignored (NONE) while no request has been sent           */
  uint32_t  http_status, reserved;
  tpk_str   provider_code;         /* verbatim: "card_declined"                                             */
  tpk_str   provider_message;      /* verbatim, for the operator, never for the payer                       */
  tpk_str   hint;                  /* what the operator should change, one sentence                         */
  tpk_str   field;                 /* the setting or input member at fault, as a JSON pointer               */
} tpk_error;

/* ---- keys and proofs ---------------------------------------------------------------------------------- */
#define TPK_RAW       0u
#define TPK_HEX       1u           /* either case                                                           */
#define TPK_BASE64    2u           /* standard or url alphabet, padding optional                            */
typedef struct tpk_key {           /* a setting by name, or bytes; exactly one                              */
  tpk_str   setting;               /* "webhook_secret": host reads it; secrets need not enter the plugin    */
  tpk_bytes bytes;
  uint32_t  encoding, reserved;    /* how the setting's text becomes key bytes                              */
} tpk_key;

/* The one way to authenticate an inbound message.  The host computes and compares in constant time; it
 * refuses an empty key, a key given as bytes, and a `claimed` that does not lie in the inbound request or in
 * arena memory.  TPK_HEX accepts either case of letters: where a provider's grammar is stricter, the plugin
 * looks at the claim's text before it asks.  An unknown scheme is never proven.                           */
typedef struct tpk_proof {
  uint32_t  size, claimed_encoding;
  tpk_str   scheme;                /* "hmac-sha256" "sha512" "RS256" "Ed25519" "aes-256-gcm" "token"          */
  tpk_key   key;
  const tpk_bytes *parts;          /* what was signed = their concatenation; for AEAD the ciphertext        */
  uint32_t  part_count, parts_encoding;
  tpk_bytes claimed;               /* signature, tag or token as received                                   */
  tpk_bytes nonce, aad;            /* AEAD, decoded                                                         */
  int64_t   signed_at_unix_ms;     /* 0 = scheme has no time; else host applies the two-sided tolerance     */
} tpk_proof;

/* What tpk_host.json found, and what it puts in `value` (an unknown kind is read as ERROR).               */
#define TPK_JSON_ABSENT 0u         /* nothing there; value is empty                                         */
#define TPK_JSON_NULL   1u         /* value is empty                                                        */
#define TPK_JSON_BOOL   2u         /* "true" or "false"                                                     */
#define TPK_JSON_NUMBER 3u         /* the digits as written: money never passes through a double           */
#define TPK_JSON_STRING 4u         /* the text, unescaped, valid UTF-8                                      */
#define TPK_JSON_ARRAY  5u         /* the JSON text of it, digits as written; may be asked again            */
#define TPK_JSON_OBJECT 6u         /* likewise                                                              */
#define TPK_JSON_ERROR  7u         /* the document is not one JSON value under RFC 8259, repeats a member,
                                    * nests deeper than 32 or is no UTF-8; value is empty                   */

#define TPK_LOG_DEBUG 1u
#define TPK_LOG_INFO  2u
#define TPK_LOG_WARN  3u
#define TPK_LOG_ERROR 4u

#define TPK_KEEP_SECRET  1u
#define TPK_KEEP_DURABLE 2u        /* committed, encrypted, before this step's outcome is carried out       */

/* ---- everything the host offers.  Functions returning int: 1 = done, 0 = no (and *result is emptied) ----
 * All are pure in (arguments, step): results of randomised signatures are recorded and replayed.          */
typedef struct tpk_host {
  uint32_t  size, abi_minor;
  tpk_str   name, version;

  /* the outcome: exactly one of these five in every step, and in create() at most fail.  A second one, or
   * none at all, is INTERNAL.                                                                             */
  void (*http)(tpk_out*, const tpk_http_request*);
  void (*call)(tpk_out*, tpk_str service, tpk_str request_json);   /* "kv/1"; done once per (op_id, place)  */
  void (*wait)(tpk_out*, uint32_t delay_ms);                       /* <= 10 s; longer: done + poll_after_ms */
  void (*done)(tpk_out*, tpk_str result_json);
  void (*fail)(tpk_out*, const tpk_error*);

  /* before the outcome, any number of times                                                               */
  void (*keep)(tpk_out*, uint32_t after_event, tpk_str key, tpk_str value, uint32_t ttl_s, uint32_t flags);
        /* after_event: how many events had been read when this was decided.  The host acts only when it
         * equals event_count, so a re-run from the top cannot write an old token over a newer one.
         * Empty value = forget.                                                                           */
  void (*reply)(tpk_out*, uint32_t status, const tpk_header*, uint32_t header_count, tpk_bytes body);
        /* webhook.handle: the exact answer to the sender, given once the message is committed; http and
         * wait may follow.  Without it: 200 empty when proven, the manifest's refusal status when not.    */
  int  (*prove)(tpk_out*, const tpk_proof*, tpk_bytes *opened);    /* opened: AEAD plaintext, else NULL     */
  void (*log)(tpk_out*, uint32_t level, tpk_str message);          /* dropped while events are replayed     */

  /* arithmetic of the trade                                                                               */
  int  (*hmac)(tpk_out*, tpk_str scheme, const tpk_key*, tpk_bytes data, tpk_bytes *result);
  int  (*digest)(tpk_out*, tpk_str scheme, tpk_bytes data, tpk_bytes *result);  /* "sha256" ... "md5"        */
  int  (*sign)(tpk_out*, tpk_str scheme, const tpk_key*, tpk_bytes data, tpk_bytes *result);
  int  (*verify)(tpk_out*, const tpk_proof*, tpk_bytes *opened);   /* same work, proves nothing             */
  int  (*transform)(tpk_out*, tpk_str name, tpk_bytes data, tpk_bytes *result);
        /* "base64/1" "unbase64/1" "hex/1" "unhex/1" "percent/1" "form.json/1" "xml.json/1" "json.quote/1"
         * "json.sorted/1" "utf8.windows-1252/1" ...: sdk/docs/transforms.md; the manifest lists its needs. */
  uint32_t (*json)(tpk_out*, tpk_bytes document, tpk_str pointer, tpk_str *value);
        /* TPK_JSON_*.  RFC 6901: "" is the whole document, "/items/0/id" a place in it.  The host keeps what
         * it has parsed until the step ends, so walking one document costs one parse.                     */
} tpk_host;

/* ---- the plugin --------------------------------------------------------------------------------------- */
typedef struct tpk_instance tpk_instance;
typedef struct tpk_provider {
  uint32_t  magic, size;
  uint32_t  abi_minor;             /* minor this plugin was compiled with                                   */
  uint32_t  abi_minor_needed;      /* lowest host minor it can live with                                    */
  tpk_str   manifest_json;         /* same bytes as the .provider.json beside the .so                       */
  tpk_str   sdk;                   /* "cpp/1.0.3": which wrapper, for the log                               */
  tpk_instance *(*create)(const tpk_host*, tpk_str config_json, tpk_out*);  /* NULL = failed (and why: fail) */
  void (*step)(const tpk_instance*, const tpk_step*);
  void (*destroy)(tpk_instance*);
} tpk_provider;

TPK_EXPORT extern const tpk_provider turnpike_provider_v1;   /* the only symbol a plugin exports            */

TPK_ASSERT_(header, sizeof(tpk_header) == 40);
TPK_ASSERT_(request, sizeof(tpk_http_request) == 152);
TPK_ASSERT_(response, sizeof(tpk_http_response) == 40);
TPK_ASSERT_(event, sizeof(tpk_event) == 64);
TPK_ASSERT_(inbound, sizeof(tpk_inbound) == 96);
TPK_ASSERT_(step, sizeof(tpk_step) == 168);
TPK_ASSERT_(error, sizeof(tpk_error) == 88);
TPK_ASSERT_(proof, sizeof(tpk_proof) == 136);
TPK_ASSERT_(host, sizeof(tpk_host) == 160);
TPK_ASSERT_(provider, sizeof(tpk_provider) == 72);

#ifdef __cplusplus
}
#endif
#endif
