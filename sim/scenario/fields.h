/* fields.h -- one table of fields for each of headroom's own kinds, from which all else is made.
 *
 * A table says what may stand in a map: names, types, defaults, bounds, units, help. From it come the reader (tree to
 * plain struct, through offsets), the defaults, the errors with suggestions, and `headroom help KIND`. Kubernetes'
 * objects are checked by schema.h.
 *
 *     struct pause { int64_t time_ns; enum mood mood; };
 *     static const struct field pause_fields[] = {
 *         {.name = "time", .type = FIELD_DURATION, .offset = offsetof(struct pause, time_ns), .standard = "5s",
 *          .above = "0s", .help = "how long"},
 *         {.name = "mood", .type = FIELD_ENUM, .offset = offsetof(struct pause, mood), .words = mood_words,
 *          .required = true, .help = "what for"},
 *         {0}};
 *     const struct fields pause_table = {.name = "Pause", .fields = pause_fields, .size = sizeof(struct pause)};
 *
 * What is of another type is refused; nothing is guessed.
 */
#ifndef SIM_SCENARIO_FIELDS_H
#define SIM_SCENARIO_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/buffer.h"
#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/scenario/problems.h"

/* The type of a field, and of the struct's member that it is read into. */
enum field_type {
    FIELD_ANY,       /* struct value *: kept as it is, not checked */
    FIELD_TEXT,      /* const char *, interned */
    FIELD_BOOL,      /* bool */
    FIELD_INT,       /* int64_t */
    FIELD_NUMBER,    /* double */
    FIELD_PERCENT,   /* double, a share: "8%" is 0.08; a bare number is a share already */
    FIELD_DURATION,  /* int64_t, ns: 15ms, 22s, 1h30m, 7d */
    FIELD_TIME,      /* int64_t, ns since the reader's epoch: RFC 3339, or a duration after the epoch */
    FIELD_RATE,      /* double, per second: 45/s, 120/m, 3k/h */
    FIELD_GROWTH,    /* struct growth (units.h): 4%/month, -1%/week */
    FIELD_CPU,       /* int64_t, milli-CPU: a quantity */
    FIELD_BYTES,     /* int64_t: a quantity */
    FIELD_ENUM,      /* int: the index in words */
    FIELD_OBJECT,    /* the table's struct itself */
    FIELD_OPTION,    /* pointer to the table's struct; null when not written */
    FIELD_LIST,      /* struct field_list */
    FIELD_MAP,       /* struct value *: any keys, values checked as item says */
    FIELD_REFERENCE, /* struct reference */
};

/* A list as it is read. In structs it stands as LIST_OF(T), which has the same layout. */
struct field_list {
    void *at;
    uint32_t count;
};

#define LIST_OF(T)                                                                                                     \
    struct {                                                                                                           \
        T *at;                                                                                                         \
        uint32_t count;                                                                                                \
    }

struct object;

/* A mention of another object: "name", "namespace/name", "Kind/name" or "Kind/namespace/name". */
struct reference {
    const char *kind;      /* null: not written */
    const char *namespace; /* the reader's where none is written */
    const char *name;      /* null: the field is not written at all */
    struct object *object; /* what was meant; set when all objects are known */
    const struct field *field;
    const char *path;
    struct mark where;
};

struct fields;

struct field {
    const char *name; /* null closes a table; not used in an item */
    enum field_type type;
    bool required;
    uint32_t offset; /* of the member in the struct */
    uint32_t error;  /* offset of a double: the relative uncertainty that {value:, error:} gives; 0: it takes none */
    const char *standard; /* the default, as a user would write it; null: the member stays zero */
    const char *least;    /* bounds, as a user would write them; null: none */
    const char *above;
    const char *most;
    const char *unit;           /* for help and errors; null: the type's own */
    const char *help;           /* half a sentence */
    const char *const *words;   /* FIELD_ENUM: closed by null. FIELD_TEXT: the only values that are taken; null: any */
    const char *const *kinds;   /* FIELD_REFERENCE: the kinds that are taken, first is tried first; closed by null */
    const struct fields *table; /* FIELD_OBJECT, FIELD_OPTION, and the item of a list or map */
    const struct field *item;   /* FIELD_LIST, FIELD_MAP: what each is; its offset is 0 */
};

struct fields {
    const char *name; /* "ServiceModel", "ServiceModel.request" */
    const struct field *fields;
    size_t size;              /* of the struct */
    const char *scalar_is;    /* a bare text or number stands for a map with only this field; null: it is refused */
    const char *list_is;      /* the same for a bare list */
    const char *help;         /* a sentence on the whole; may be null */
    const char *example;      /* a few lines of YAML for `headroom help KIND`; may be null */
    const char *const *oneof; /* exactly one of these fields must be written; closed by null; null: no such rule */
};

/* What a reading needs. Zero but for the first three will do. */
struct field_reader {
    struct arena *arena;
    struct names *names;
    struct problems *problems;
    int64_t epoch_ns;                   /* what a FIELD_TIME counts from, ns since 1970 */
    const char *namespace;              /* of references that name none; null: "default" */
    VEC(struct reference *) references; /* every one that was read, in order */
};

/* Reads v, which stands at path, by table into the struct at `into`. What is absent gets its default, or stays as it is
 * where the table has none. Every problem is added; the members of wrong fields hold their defaults. v null: all is absent. */
void fields_read(struct field_reader *r, const struct fields *table, struct value *v, const char *path, void *into);

void fields_reader_drop(struct field_reader *r);

/* The field of a table; null when it has none. */
const struct field *fields_find(const struct fields *table, const char *name);

/* What a type asks for, in words: "a duration: 15ms, 22s, 1h30m, 7d". */
const char *field_type_words(enum field_type type);

/* The help of a table: a line for each field, sub-tables indented. */
void fields_help(struct buffer *out, const struct fields *table);

#endif
