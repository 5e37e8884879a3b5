/* schema.h -- what may stand in a Kubernetes object, and how the API server keeps it.
 *
 * A schema is the list of an object type's fields with the trait that decides what is kept of them: the server reads a
 * manifest into a Go struct and writes it out again, so that a zero is the same as nothing in some fields and not in
 * others. From it come the errors of type (check), the tree as the server reads it (trim) and as it stores it (settle).
 * headroom's own kinds are read by fields.h, which has defaults and units, and no such trait.
 *
 * Source: encoding/json as used by Kubernetes v1.36; apimachinery/pkg/api/resource.
 */
#ifndef SIM_SCENARIO_SCHEMA_H
#define SIM_SCENARIO_SCHEMA_H

#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/scenario/place.h"
#include "sim/scenario/problems.h"

enum schema_kind {
    SCHEMA_TEXT,
    SCHEMA_BOOL,
    SCHEMA_INT32,
    SCHEMA_INT64,
    SCHEMA_QUANTITY,    /* text or number */
    SCHEMA_INT_OR_TEXT, /* int32 or text */
    SCHEMA_TEXTS,       /* list of texts */
    SCHEMA_INTEGERS,    /* list of integers */
    SCHEMA_LABELS,      /* map of texts */
    SCHEMA_AMOUNTS,     /* map of quantities, rounded up to thousandths */
    SCHEMA_OBJECT,      /* map that has a schema */
    SCHEMA_OBJECTS,     /* list of such maps */
    SCHEMA_ANY,         /* kept as it is */
};

enum schema_trait {
    SCHEMA_SOME, /* zero and empty mean absent */
    SCHEMA_KEPT, /* absent or given; what is given is kept, zero too */
    SCHEMA_EVER, /* always written; absent means zero */
};

struct schema_field {
    const char *name; /* null closes the list */
    enum schema_kind kind;
    enum schema_trait trait;
    const struct schema *object; /* SCHEMA_OBJECT, SCHEMA_OBJECTS */
};

struct schema {
    const char *name;
    const struct schema_field *fields;
};

/* The file named in the mark of a value that nobody wrote. Its line is 0. */
extern const char schema_default_file[];

/* The field of that name; null when the schema has none. */
const struct schema_field *schema_field(const struct schema *s, const char *name);

/* Adds an error for each part of the object at p that the server could not read: wrong type, integer out of range, bad
 * quantity; and a warning, once for each name, for a field that the schema has not. */
void schema_check(const struct schema *s, const struct place *p, struct problems *problems);

/* The same where Kubernetes reads strictly, as its components read their configuration: an unknown field is an error. */
void schema_check_strictly(const struct schema *s, const struct place *p, struct problems *problems);

/* Changes object to what the server has read before it fills in defaults: what means absent is taken out (null, and
 * zeros of SCHEMA_SOME; empty lists and maps stay), a missing SCHEMA_EVER is put in. Parts of a wrong type stay. */
void schema_trim(struct arena *a, struct names *names, const struct schema *s, struct value *object);

/* Changes object, trimmed and defaulted, to what the server stores: quantities in canonical text, amounts rounded up to
 * thousandths, empty lists and maps of SCHEMA_SOME taken out. */
void schema_settle(struct arena *a, const struct schema *s, struct value *object);

typedef void schema_visitor(void *context, const struct schema *s, struct value *object);

/* Calls visit for object and each map below it that has a schema, a map before what is in it. What visit adds is
 * visited too. */
void schema_visit(const struct schema *s, struct value *object, schema_visitor *visit, void *context);

#endif
