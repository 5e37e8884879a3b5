/* yaml.h -- a YAML stream as value trees, read as Kubernetes' reader has it.
 *
 * Aliases and merge keys (<<) are expanded within a budget, so that a few lines cannot become a mountain. Plain scalars
 * are what YAML 1.1 makes of them in Kubernetes' reader: 0644 is 420, 0x1F is 31, 1_000 is 1000, dates are texts; but yes,
 * no, on and off are texts too, not booleans. A number that JSON could write keeps its text as written.
 * Refused: a key twice in a map, keys that are no scalars, NUL, .inf and .nan, tags that are not YAML's own.
 */
#ifndef SIM_SCENARIO_YAML_H
#define SIM_SCENARIO_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/scenario/problems.h"

#define YAML_DEPTH_MAX 200        /* lists and maps within each other */
#define YAML_EXPANDED_MAX 1000000 /* values that aliases and merge keys of one stream may add */

/* Reads length bytes of valid UTF-8 without NUL as a stream and adds each document that is not empty to the list
 * documents; keys are interned in names. False: the text is no YAML, or passes a bound; the problem is added, and the
 * documents before it are in the list. Keys given twice are added as problems without ending the reading. */
bool yaml_read(struct arena *a, struct names *names, struct problems *problems, const char *file, const char *text,
               size_t length, struct value *documents) MUST_CHECK;

/* The value of one plain scalar. Null: Kubernetes' reader would take it for a number that no JSON can write. */
struct value *yaml_plain(struct arena *a, const char *text);

#endif
