/* selector.h -- labels and label selectors: from manifests, and whether they match.
 *
 * Source: Kubernetes v1.36, apimachinery/pkg/apis/meta/v1 (LabelSelectorAsSelector), apimachinery/pkg/labels.
 */
#ifndef SIM_SCENARIO_SELECTOR_H
#define SIM_SCENARIO_SELECTOR_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/base/names.h"
#include "sim/base/value.h"
#include "sim/world/placement.h"

/* The labels that a map of texts says; never null: no map, no labels. */
const struct labels *labels_compile(struct arena *a, struct names *names, const struct value *map);

/* The value of a label; null: there is none of that key. key must be interned. */
const char *labels_get(const struct labels *labels, const char *key);

/* Both say the same. Null is no labels. */
bool labels_equal(const struct labels *left, const struct labels *right);

/* The selector that a LabelSelector {matchLabels, matchExpressions} says. Null when v is null: it matches nothing. An
 * expression whose operator is unknown is left out: checks have refused it. */
const struct label_selector *selector_compile(struct arena *a, struct names *names, const struct value *v);

/* The selector of a plain map of labels (Service, ReplicationController); null when it is absent or empty. */
const struct label_selector *selector_of_labels(struct arena *a, struct names *names, const struct value *map);

/* Null selects nothing, an empty selector everything. Null labels are none. */
bool selector_matches(const struct label_selector *selector, const struct labels *labels);

/* One requirement, of a label's value (null: there is no such label). */
bool requirement_holds(const struct requirement *r, const char *value);

/* Compiles one {key, operator, values}; false: Kubernetes cannot parse it. greater_less: the operators Gt and Lt of
 * nodes are allowed. */
bool requirement_compile(struct arena *a, struct names *names, const struct value *v, bool greater_less,
                         struct requirement *r);

#endif
