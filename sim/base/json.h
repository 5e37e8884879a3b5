/* json.h -- JSON (RFC 8259) in and out.
 *
 * The reader is strict: one value and nothing behind it but white space, no key twice in a map, numbers as the grammar
 * says and finite as a double, valid UTF-8, surrogates in pairs, no NUL. Within bounds: depth, size, digits of a number.
 * Reading is not for several threads at once: cJSON, which does the parsing, remembers its last error in a global.
 */
#ifndef SIM_BASE_JSON_H
#define SIM_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/buffer.h"
#include "sim/base/fail.h"
#include "sim/base/names.h"
#include "sim/base/value.h"

#define JSON_DEPTH_MAX 200       /* lists and maps within each other */
#define JSON_SIZE_MAX (1u << 30) /* bytes of text */
#define JSON_NUMBER_MAX 63       /* bytes of a number: cJSON reads no more */

/* Reads length bytes of text (no NUL needed behind them; a byte order mark at the start is passed over) into a tree in
 * a. Every value has its place in `file`, every number its text as written, so that integers beyond 2^53 stay exact.
 * Map keys and the file's name are interned in keys.
 *
 * Null: the text is no such JSON; fail names line and column, and what to do. */
struct value *json_read(struct arena *a, struct names *keys, const char *file, const char *text, size_t length,
                        struct fail *fail) MUST_CHECK;

/* Adds v to out, compact, maps in their order, numbers by their text, texts as UTF-8. A null v is null. */
void json_write(struct buffer *out, const struct value *v);

/* Writes JSON piece by piece, commas and escapes in place, nothing kept but the text. In a map each value follows its
 * key. `struct json_writer w = {.out = &buffer};` begins a text. */
struct json_writer {
    struct buffer *out;
    bool comma; /* one is due before the next key or item */
    uint32_t depth;
};

void json_begin_map(struct json_writer *w);
void json_end_map(struct json_writer *w);
void json_begin_list(struct json_writer *w);
void json_end_list(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);

/* text must be UTF-8; null writes null. */
void json_text(struct json_writer *w, const char *text);
void json_integer(struct json_writer *w, int64_t number);

/* In the fewest digits that read back to the same double. JSON has no NaN and no infinity: they are written null. */
void json_double(struct json_writer *w, double number);
void json_bool(struct json_writer *w, bool boolean);
void json_null(struct json_writer *w);
void json_value(struct json_writer *w, const struct value *v);

#endif
