/* value.h -- a tree of plain data: what a YAML or JSON document says, with the place of each part.
 *
 * Every object of the scenario is such a tree, and stays one (defaulted) for as long as the scenario lives. Trees lie in
 * an arena. A tree that others may hold is not changed: functions that change say so.
 */
#ifndef SIM_BASE_VALUE_H
#define SIM_BASE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/fail.h"

enum value_kind { VALUE_NULL, VALUE_BOOL, VALUE_NUMBER, VALUE_TEXT, VALUE_LIST, VALUE_MAP };

struct member;

struct value {
    enum value_kind kind;
    bool boolean;      /* VALUE_BOOL */
    uint32_t count;    /* VALUE_LIST, VALUE_MAP: how many; VALUE_TEXT, VALUE_NUMBER: bytes in text */
    uint32_t room;     /* what items or members has room for */
    struct mark where; /* where the value begins */
    union {
        const char *text; /* VALUE_TEXT: UTF-8; VALUE_NUMBER: as it was written; ends in NUL, holds none */
        struct value **items;
        struct member *members; /* in the order written; no key twice */
    };
};

struct member {
    const char *key;
    struct mark where; /* of the key */
    struct value *value;
};

/* New values. The text is copied by value_text, kept by value_number. */
struct value *value_null(struct arena *a);
struct value *value_bool(struct arena *a, bool boolean);
struct value *value_integer(struct arena *a, int64_t number);
struct value *value_number(struct arena *a, const char *text);
struct value *value_text(struct arena *a, const char *text);
struct value *value_list(struct arena *a);
struct value *value_map(struct arena *a);

/* The value of a key of a map; null when v is null, is no map or has no such key. */
struct value *value_get(const struct value *v, const char *key);

/* The same along a path of keys "spec.template.metadata"; no escapes: keys with a dot cannot be reached. */
struct value *value_at(const struct value *v, const char *path);

/* The member itself, for its place; null when there is none. */
const struct member *value_member(const struct value *v, const char *key);

/* The text of a VALUE_TEXT; null for anything else, also for null. */
const char *value_as_text(const struct value *v);

/* Reads an integer number (written without fraction or exponent, in the range of int64). False: it is none. */
bool value_as_int64(const struct value *v, int64_t *number);

/* Reads any number as the nearest double. False: it is none. */
bool value_as_double(const struct value *v, double *number);

bool value_is_null(const struct value *v); /* true also for a null pointer */
bool value_is_map(const struct value *v);
bool value_is_list(const struct value *v);

/* Changes map: sets key to v, at its old place or at the end. */
void value_put(struct arena *a, struct value *map, const char *key, struct value *v);

/* Changes map: takes key out, if it is there. */
void value_remove(struct value *map, const char *key);

/* Changes list: adds v at the end. */
void value_append(struct arena *a, struct value *list, struct value *v);

/* A copy that shares nothing but texts. */
struct value *value_copy(struct arena *a, const struct value *v);

/* The two say the same: numbers by their text, maps in any order. */
bool value_equal(const struct value *left, const struct value *right);

/* A JSON merge patch (RFC 7386) of target, as a new tree; neither is changed. Null target: as if it were no map. */
struct value *value_merge(struct arena *a, const struct value *target, const struct value *patch);

#endif
