/* The plugin header stands alone; compiled as C99, C17, C++11 and C++20 with -pedantic-errors by tools/stages/abi.sh. */
#include "turnpike/provider.h"

static tpk_instance *create(const tpk_host *host, tpk_str config, tpk_out *out) {
    (void)host;
    (void)config;
    (void)out;
    return 0;
}
static void step(const tpk_instance *instance, const tpk_step *s) {
    (void)instance;
    (void)s;
}
static void destroy(tpk_instance *instance) { (void)instance; }

#ifdef __cplusplus
extern "C" {
#endif
/* libabigail sees every structure through this one symbol. */
TPK_EXPORT extern const tpk_provider turnpike_provider_v1;
const tpk_provider turnpike_provider_v1 = {TPK_MAGIC, sizeof(tpk_provider), TPK_ABI_MINOR, 0u, TPK_STR_INIT("{}"), TPK_STR_INIT("abi/1"), create, step, destroy};
#ifdef __cplusplus
}
#endif
