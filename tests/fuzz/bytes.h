/* bytes.h -- a fuzzer's bytes as choices: trees of manifests made from them. A byte that is not there is 0. */
#ifndef TESTS_FUZZ_BYTES_H
#define TESTS_FUZZ_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/names.h"
#include "sim/base/value.h"

struct bytes {
    const uint8_t *data;
    size_t size;
    struct arena *a; /* what is made lies there */
    struct names *names;
};

static inline unsigned byte(struct bytes *c)
{
    if (c->size == 0) {
        return 0;
    }
    c->size--;
    return *c->data++;
}

static inline bool one_in(struct bytes *c, unsigned n)
{
    return byte(c) % n == n - 1;
}

static inline const char *pick(struct bytes *c, const char *const *texts)
{
    unsigned count = 0;
    while (texts[count] != NULL) {
        count++;
    }
    return texts[byte(c) % count];
}

#define PICK(c, ...) pick(c, (const char *const[]){__VA_ARGS__, NULL})
/* Time for nonsense: rarely, or nothing would pass the checks. */
static inline bool is_odd(struct bytes *c)
{
    return byte(c) >= 250;
}

static inline void put_text(struct bytes *c, struct value *map, const char *name, const char *what)
{
    value_put(c->a, map, name, value_text(c->a, what));
}

static inline struct value *put_map(struct bytes *c, struct value *map, const char *name)
{
    struct value *made = value_map(c->a);
    value_put(c->a, map, name, made);
    return made;
}

static inline struct value *put_list(struct bytes *c, struct value *map, const char *name)
{
    struct value *made = value_list(c->a);
    value_put(c->a, map, name, made);
    return made;
}

static inline struct value *append_map(struct bytes *c, struct value *list)
{
    struct value *made = value_map(c->a);
    value_append(c->a, list, made);
    return made;
}

static inline void put_number(struct bytes *c, struct value *map, const char *name)
{
    static const int64_t numbers[] = {1, 2, 100, 5}, odd[] = {0, -1, 101, INT32_MAX, INT32_MIN, INT64_MAX};
    int64_t number = is_odd(c) ? odd[byte(c) % 6] : numbers[byte(c) % 4];
    value_put(c->a, map, name, value_integer(c->a, number));
}

#endif
