#include "models/scheduler/pod_class.h"

#include <string.h>

#include "sim/scenario/selector.h"

/* Adds {key op [the pod's value]} for each key that the pod has. */
static void add_keys(struct arena *a, const struct labels *labels, const char *const *keys, uint32_t count,
                     enum requirement_operator op, struct label_selector *selector, struct requirement *at)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *value = labels_get(labels, keys[i]);
        if (value != NULL) {
            const char **values = TAKE(a, const char *, 1);
            values[0] = value;
            at[selector->count++] = (struct requirement){.key = keys[i], .op = op, .values = values, .count = 1};
        }
    }
}

static const struct label_selector *with_keys(struct arena *a, const struct pod_class *c,
                                              const struct label_selector *selector, const char *const *match,
                                              uint32_t match_count, const char *const *mismatch,
                                              uint32_t mismatch_count)
{
    if (selector == NULL || match_count + mismatch_count == 0) {
        return selector;
    }
    struct label_selector *made = TAKE(a, struct label_selector, 1);
    struct requirement *at = TAKE(a, struct requirement, selector->count + match_count + mismatch_count);
    if (selector->count > 0) {
        memcpy(at, selector->requirements, selector->count * sizeof *at);
    }
    *made = (struct label_selector){at, selector->count};
    add_keys(a, c->labels, match, match_count, REQUIREMENT_IN, made, at);
    add_keys(a, c->labels, mismatch, mismatch_count, REQUIREMENT_NOT_IN, made, at);
    return made;
}

static struct pod_terms make_terms(struct arena *a, struct pod_class *c, const struct pod_terms *from, bool merge)
{
    struct pod_term *at = TAKE(a, struct pod_term, from->count);
    for (uint32_t i = 0; i < from->count; i++) {
        at[i] = from->at[i];
        if (at[i].namespace_count == 0 && at[i].namespace_selector == NULL) {
            at[i].namespaces = &c->namespace;
            at[i].namespace_count = 1;
        }
        if (merge) {
            at[i].selector = with_keys(a, c, at[i].selector, at[i].match_keys, at[i].match_count, at[i].mismatch_keys,
                                       at[i].mismatch_count);
        }
    }
    c->has_terms |= from->count > 0;
    return (struct pod_terms){at, from->count};
}

struct pod_class *pod_class_make(struct arena *a, const struct pod_class *given, bool merge_terms)
{
    struct pod_class *c = TAKE(a, struct pod_class, 1);
    const struct placement *p = given->template->placement;
    *c = *given;
    struct spread_constraint *spread = TAKE(a, struct spread_constraint, p->spread_count);
    for (uint32_t i = 0; i < p->spread_count; i++) {
        spread[i] = p->spread[i];
        spread[i].selector = with_keys(a, c, spread[i].selector, spread[i].match_keys, spread[i].match_count, NULL, 0);
    }
    c->spread = spread;
    c->has_terms = false;
    c->near = make_terms(a, c, &p->near, merge_terms);
    c->away = make_terms(a, c, &p->away, merge_terms);
    c->rather_near = make_terms(a, c, &p->rather_near, merge_terms);
    c->rather_away = make_terms(a, c, &p->rather_away, merge_terms);
    return c;
}

const struct label_selector *pod_class_both(struct arena *a, const struct label_selector *left,
                                            const struct label_selector *right)
{
    if (left == NULL || right == NULL) {
        return NULL;
    }
    struct label_selector *both = TAKE(a, struct label_selector, 1);
    struct requirement *at = TAKE(a, struct requirement, left->count + right->count);
    for (uint32_t i = 0; i < left->count + right->count; i++) {
        at[i] = i < left->count ? left->requirements[i] : right->requirements[i - left->count];
    }
    *both = (struct label_selector){at, left->count + right->count};
    return both;
}

static bool names_namespace(const struct pod_term *t, const char *namespace)
{
    for (uint32_t i = 0; i < t->namespace_count; i++) {
        if (t->namespaces[i] == namespace) {
            return true;
        }
    }
    return false;
}

/* The namespaces that a pending pod's selector means are listed first: one that does not exist is not among them. Then
 * Kubernetes asks the selector again, of a namespace without labels: one that asks only for what is not there (NotIn,
 * DoesNotExist) means every namespace (v1.36 drops the selector of a copy, interpodaffinity/plugin.go). */
bool pod_class_is_meant(const struct pod_term *t, const struct pod_class *other)
{
    const struct label_selector *s = t->namespace_selector;
    return selector_matches(t->selector, other->labels) &&
           (names_namespace(t, other->namespace) || selector_matches(s, NULL) ||
            (other->namespace_labels != NULL && selector_matches(s, other->namespace_labels)));
}

bool pod_class_is_met(const struct pod_term *t, const struct pod_class *pending)
{
    return selector_matches(t->selector, pending->labels) &&
           (names_namespace(t, pending->namespace) ||
            selector_matches(t->namespace_selector, pending->namespace_labels));
}
