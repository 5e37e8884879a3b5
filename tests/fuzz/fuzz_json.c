/* Whatever the JSON reader takes, the writer writes so that it reads back the same. */
#include <assert.h>

#include "sim/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_make(4096);
    struct names names = names_make(&a);
    struct fail fail = {0};
    struct value *v = json_read(&a, &names, "fuzz", (const char *)data, size, &fail);
    assert((v == NULL) == (fail.kind == FAIL_INPUT));
    if (v != NULL) {
        struct buffer once = {0};
        json_write(&once, v);
        struct value *again = json_read(&a, &names, "again", once.at, once.count, &fail);
        assert(again != NULL && value_equal(v, again));
        buffer_drop(&once);
    }
    names_drop(&names);
    arena_drop(&a);
    return 0;
}
