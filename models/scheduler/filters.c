#include "models/scheduler/filters.h"

#include <stddef.h>
#include <string.h>

#include "sim/scenario/selector.h"

/* A taint's key may come from a manifest or from the code, so texts are compared, not pointers. */
static bool same(const char *left, const char *right)
{
    return left == right || strcmp(left, right) == 0;
}

bool filter_tolerates(const struct toleration *t, const struct taint *taint)
{
    if (t->effect != TAINT_ANY_EFFECT && t->effect != taint->effect) {
        return false;
    }
    if (t->key != NULL && !same(t->key, taint->key)) {
        return false;
    }
    switch (t->op) {
    case TOLERATION_EXISTS:
        return true;
    case TOLERATION_EQUAL:
        return same(t->value, taint->value);
    case TOLERATION_NEVER:
        break;
    }
    return false;
}

static bool tolerates(const struct placement *p, const struct taint *taint)
{
    for (uint32_t i = 0; i < p->toleration_count; i++) {
        if (filter_tolerates(&p->tolerations[i], taint)) {
            return true;
        }
    }
    return false;
}

bool filter_unschedulable(const struct placement *p, bool unschedulable)
{
    const struct taint taint = {.key = "node.kubernetes.io/unschedulable", .value = "", .effect = TAINT_NO_SCHEDULE};
    return !unschedulable || tolerates(p, &taint);
}

bool filter_ready(const struct placement *p, bool ready)
{
    const struct taint taint = {.key = "node.kubernetes.io/not-ready", .value = "", .effect = TAINT_NO_SCHEDULE};
    return ready || tolerates(p, &taint);
}

bool filter_taints(const struct placement *p, const struct taints *taints)
{
    for (uint32_t i = 0; taints != NULL && i < taints->count; i++) {
        if (taints->at[i].effect != TAINT_PREFER_NO_SCHEDULE && !tolerates(p, &taints->at[i])) {
            return false;
        }
    }
    return true;
}

bool filter_term(const struct node_term *t, const struct labels *labels, const char *node_name)
{
    if (t->broken || t->label_count + t->name_count == 0) {
        return false;
    }
    for (uint32_t i = 0; i < t->label_count; i++) {
        if (!requirement_holds(&t->labels[i], labels_get(labels, t->labels[i].key))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < t->name_count; i++) {
        if (!requirement_holds(&t->names[i], node_name)) {
            return false;
        }
    }
    return true;
}

bool filter_affinity(const struct placement *p, const struct labels *labels, const char *node_name)
{
    for (uint32_t i = 0; p->node_selector != NULL && i < p->node_selector->count; i++) {
        const struct label *wanted = &p->node_selector->at[i];
        if (labels_get(labels, wanted->key) != wanted->value) {
            return false;
        }
    }
    for (uint32_t i = 0; i < p->required_count; i++) {
        if (filter_term(&p->required_terms[i], labels, node_name)) {
            return true;
        }
    }
    return !p->required;
}

static bool is_any(const char *ip)
{
    return strcmp(ip, "0.0.0.0") == 0;
}

bool filter_ports_conflict(const struct host_port *left, const struct host_port *right)
{
    return left->port == right->port && same(left->protocol, right->protocol) &&
           (is_any(left->ip) || is_any(right->ip) || same(left->ip, right->ip));
}

/* Whether a term names nodes, and whether it allows this one (null: any). */
static bool names_node(const struct node_term *t, const char *name, bool *allows)
{
    bool names = false;
    *allows = true;
    for (uint32_t i = 0; i < t->name_count; i++) {
        const struct requirement *r = &t->names[i];
        if (r->op == REQUIREMENT_IN && strcmp(r->key, "metadata.name") == 0) {
            names = true;
            *allows = *allows && name != NULL && requirement_holds(r, name);
        }
    }
    return names;
}

bool filter_names_nodes(const struct placement *p)
{
    bool allows;
    for (uint32_t i = 0; i < p->required_count; i++) {
        if (!names_node(&p->required_terms[i], NULL, &allows)) {
            return false;
        }
    }
    return p->required_count > 0;
}

bool filter_allows_name(const struct placement *p, const char *name)
{
    bool allows;
    for (uint32_t i = 0; i < p->required_count; i++) {
        if (names_node(&p->required_terms[i], name, &allows) && allows) {
            return true;
        }
    }
    return false;
}
