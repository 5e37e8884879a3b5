#include "sim/scenario/selection_validate.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/names_validate.h"

static bool says(const struct place *p, const char *text)
{
    return strcmp(place_text(p), text) == 0;
}

/* ---- labels ---- */

void validate_labels(const struct place *labels, struct violations *found)
{
    for (uint32_t i = 0; value_is_map(labels->value) && i < labels->value->count; i++) {
        struct place label = place_member(labels, i), said = *labels; /* the server names the map */
        said.value = label.value;
        if (!name_is_qualified(label.key) || !name_is_label_value(place_text(&label))) {
            violation_add(
                found, VIOLATION_INVALID, &said,
                "%.70s: %.70s is no label (write at most 63 letters, digits, -, _ and dots, a letter or digit "
                "first and last)",
                label.key, place_text(&label));
        }
    }
}

static void check_key(const struct place *key, struct violations *found)
{
    if (!name_is_qualified(place_text(key))) {
        violation_add(found, VIOLATION_INVALID, key,
                      "\"%.70s\" is no key of a label (write letters, digits, -, _ and dots)", place_text(key));
    }
}

static void check_label_values(const struct place *values, struct violations *found)
{
    for (uint32_t i = 0; i < place_count(values); i++) {
        struct place value = place_item(values, i);
        if (!name_is_label_value(place_text(&value))) {
            violation_add(found, VIOLATION_INVALID, &value,
                          "\"%.70s\" is no value of a label (write at most 63 letters, digits, -, _ and dots)",
                          place_text(&value));
        }
    }
}

void validate_label_selector(const struct place *selector, struct names *names, struct violations *found)
{
    (void)names;
    struct place labels = place_get(selector, "matchLabels");
    validate_labels(&labels, found);
}

/* ---- requirements ---- */

/* Returns false when the operator is none of those that take a list or nothing. */
static bool check_values(const struct place *requirement, struct violations *found)
{
    struct place op = place_get(requirement, "operator"), values = place_get(requirement, "values");
    if (says(&op, "In") || says(&op, "NotIn")) {
        if (place_count(&values) == 0) {
            violation_add(found, VIOLATION_REQUIRED, &values, "missing: %s needs values (write a list)",
                          place_text(&op));
        }
        return true;
    }
    if (says(&op, "Exists") || says(&op, "DoesNotExist")) {
        if (place_count(&values) > 0) {
            violation_add(found, VIOLATION_FORBIDDEN, &values, "%s takes no values (take them out)", place_text(&op));
        }
        return true;
    }
    return false;
}

void validate_label_requirement(const struct place *requirement, struct names *names, struct violations *found)
{
    (void)names;
    struct place op = place_get(requirement, "operator"), key = place_get(requirement, "key");
    struct place values = place_get(requirement, "values");
    if (!check_values(requirement, found)) {
        violation_add(found, VIOLATION_INVALID, &op, "no such operator (write In, NotIn, Exists or DoesNotExist)");
    }
    check_key(&key, found);
    check_label_values(&values, found);
}

/* Of matchFields: a node is found by its name only. */
static void check_field_requirement(const struct place *requirement, struct violations *found)
{
    struct place op = place_get(requirement, "operator"), values = place_get(requirement, "values");
    struct place key = place_get(requirement, "key");
    if (!says(&op, "In") && !says(&op, "NotIn")) {
        violation_add(found, VIOLATION_INVALID, &op, "no such operator of fields (write In or NotIn)");
    } else if (place_count(&values) != 1) {
        violation_add(found, VIOLATION_REQUIRED, &values, "%s of a field needs one value (write a list of one name)",
                      place_text(&op));
    }
    if (!says(&key, "metadata.name")) {
        violation_add(found, VIOLATION_INVALID, &key, "\"%.60s\" is no field of nodes (write metadata.name)",
                      place_text(&key));
    }
}

void validate_node_requirement(const struct place *requirement, struct names *names, struct violations *found)
{
    (void)names;
    struct place op = place_get(requirement, "operator"), values = place_get(requirement, "values");
    struct place key = place_get(requirement, "key");
    if (strcmp(requirement->in->key, "matchFields") == 0) {
        check_field_requirement(requirement, found);
        return;
    }
    if (says(&op, "Gt") || says(&op, "Lt")) {
        if (place_count(&values) != 1) {
            violation_add(found, VIOLATION_REQUIRED, &values, "%s needs one value (write a list of one number)",
                          place_text(&op));
        }
    } else if (!check_values(requirement, found)) {
        violation_add(found, VIOLATION_INVALID, &op,
                      "no such operator (write In, NotIn, Exists, DoesNotExist, Gt or Lt)");
    }
    check_key(&key, found);
    check_label_values(&values, found);
}

/* ---- where pods go ---- */

void validate_toleration(const struct place *toleration, struct names *names, struct violations *found)
{
    (void)names;
    struct place key = place_get(toleration, "key"), op = place_get(toleration, "operator");
    struct place value = place_get(toleration, "value"), effect = place_get(toleration, "effect");
    struct place seconds = place_get(toleration, "tolerationSeconds");
    if (place_text(&key)[0] != '\0') {
        check_key(&key, found);
    } else if (!says(&op, "Exists")) {
        violation_add(found, VIOLATION_INVALID, &op, "without a key only Exists is possible (write Exists, or a key)");
    }
    if (says(&op, "Exists") && place_text(&value)[0] != '\0') {
        violation_add(found, VIOLATION_INVALID, &op, "Exists takes no value (write Equal, or take the value out)");
    }
    if (seconds.value != NULL && !says(&effect, "NoExecute")) {
        violation_add(found, VIOLATION_INVALID, &effect, "tolerationSeconds is for NoExecute only (write NoExecute)");
    }
}

/* Keys whose values are taken from the pod itself. */
static void check_label_keys(const struct place *owner, const char *field, struct violations *found)
{
    struct place keys = place_get(owner, field), selector = place_get(owner, "labelSelector");
    if (place_count(&keys) > 0 && selector.value == NULL) {
        violation_add(found, VIOLATION_FORBIDDEN, &keys, "of no use without labelSelector (write one)");
        return;
    }
    for (uint32_t i = 0; i < place_count(&keys); i++) {
        struct place key = place_item(&keys, i);
        check_key(&key, found);
    }
}

/* A label cannot be wanted and not wanted. */
static void check_label_keys_differ(const struct place *term, struct violations *found)
{
    struct place match = place_get(term, "matchLabelKeys"), mismatch = place_get(term, "mismatchLabelKeys");
    for (uint32_t i = 0; i < place_count(&match); i++) {
        struct place key = place_item(&match, i);
        for (uint32_t k = 0; k < place_count(&mismatch); k++) {
            struct place other = place_item(&mismatch, k);
            if (strcmp(place_text(&key), place_text(&other)) == 0) {
                violation_add(found, VIOLATION_INVALID, &key, "is among mismatchLabelKeys, too (take it out of one)");
                break;
            }
        }
    }
}

static void check_namespaces(const struct place *term, struct violations *found)
{
    struct place namespaces = place_get(term, "namespaces"), said = place_get(term, "namespace"); /* says the server */
    for (uint32_t i = 0; i < place_count(&namespaces); i++) {
        struct place name = place_item(&namespaces, i);
        if (!name_is_label(place_text(&name))) {
            said.value = name.value;
            violation_add(found, VIOLATION_INVALID, &said,
                          "\"%.63s\" is no name of a namespace (write at most 63 of a-z, 0-9 and -)",
                          place_text(&name));
        }
    }
}

void validate_pod_affinity_term(const struct place *term, struct names *names, struct violations *found)
{
    (void)names;
    struct place key = place_get(term, "topologyKey");
    check_namespaces(term, found);
    check_label_keys(term, "matchLabelKeys", found);
    check_label_keys(term, "mismatchLabelKeys", found);
    check_label_keys_differ(term, found);
    if (place_text(&key)[0] == '\0') {
        violation_add(found, VIOLATION_REQUIRED, &key, "missing (write one like topology.kubernetes.io/zone)");
    }
    check_key(&key, found);
}

static bool is_same_spread(const struct value *left, const struct value *right)
{
    return value_equal(value_get(left, "topologyKey"), value_get(right, "topologyKey")) &&
           value_equal(value_get(left, "whenUnsatisfiable"), value_get(right, "whenUnsatisfiable"));
}

void validate_spread_constraint(const struct place *constraint, struct names *names, struct violations *found)
{
    (void)names;
    struct place domains = place_get(constraint, "minDomains"), when = place_get(constraint, "whenUnsatisfiable");
    struct place both = place_get(constraint, "{topologyKey, whenUnsatisfiable}"); /* says the server */
    check_label_keys(constraint, "matchLabelKeys", found);
    if (domains.value != NULL && !says(&when, "DoNotSchedule")) {
        violation_add(found, VIOLATION_INVALID, &domains,
                      "minDomains is for DoNotSchedule only (take it out, or write DoNotSchedule)");
    }
    for (uint32_t i = constraint->index + 1; i < place_count(constraint->in); i++) {
        if (is_same_spread(constraint->value, constraint->in->value->items[i])) {
            violation_add(found, VIOLATION_DUPLICATE, &both,
                          "a second constraint of that key and kind follows (join them)");
            return;
        }
    }
}
