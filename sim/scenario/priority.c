#include "sim/scenario/priority.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static const char *const policies[] = {"Never", "PreemptLowerPriority"}; /* by preempts */

static int64_t integer(const struct value *v)
{
    int64_t number = 0;
    return value_as_int64(v, &number) ? number : 0;
}

static bool is_true(const struct value *v)
{
    return v != NULL && v->kind == VALUE_BOOL && v->boolean;
}

static struct priority of_class(const struct value *class)
{
    const char *policy = value_as_text(value_get(class, "preemptionPolicy"));
    return (struct priority){
        .value = integer(value_get(class, "value")),
        .class_name = value_as_text(value_at(class, "metadata.name")),
        .preempts = policy == NULL || strcmp(policy, policies[false]) != 0,
    };
}

static struct priority by_default(const struct value *const *classes, uint32_t count)
{
    struct priority best = {.preempts = true};
    for (uint32_t i = 0; i < count; i++) {
        const struct priority p = of_class(classes[i]);
        if (is_true(value_get(classes[i], "globalDefault")) && (best.class_name == NULL || p.value < best.value)) {
            best = p;
        }
    }
    return best;
}

static struct priority by_name(const char *name, const struct value *const *classes, uint32_t count)
{
    static const struct priority always[] = {
        {.value = 2000000000, .class_name = "system-cluster-critical", .preempts = true},
        {.value = 2000001000, .class_name = "system-node-critical", .preempts = true},
    };
    for (uint32_t i = 0; i < count; i++) {
        const struct priority p = of_class(classes[i]);
        if (p.class_name != NULL && strcmp(p.class_name, name) == 0) {
            return p;
        }
    }
    for (int i = 0; i < 2; i++) {
        if (strcmp(always[i].class_name, name) == 0) {
            return always[i];
        }
    }
    return (struct priority){.outcome = PRIORITY_NO_CLASS, .class_name = name};
}

struct priority priority_of(const struct value *pod, const struct value *const *classes, uint32_t count)
{
    const struct value *spec = value_get(pod, "spec"), *given = value_get(spec, "priority");
    const char *name = value_as_text(value_get(spec, "priorityClassName"));
    const char *policy = value_as_text(value_get(spec, "preemptionPolicy"));
    bool named = name != NULL && *name != '\0';
    struct priority p = named ? by_name(name, classes, count) : by_default(classes, count);
    if (p.outcome == PRIORITY_ADMITTED && !value_is_null(given) && integer(given) != p.value) {
        p.outcome = PRIORITY_OTHER_VALUE;
    }
    if (p.outcome == PRIORITY_ADMITTED && policy != NULL && strcmp(policy, policies[p.preempts]) != 0) {
        p.outcome = PRIORITY_OTHER_POLICY;
    }
    return p;
}

const char *priority_text(struct arena *a, const struct value *pod, const struct priority *p)
{
    const struct value *spec = value_get(pod, "spec");
    switch (p->outcome) {
    case PRIORITY_ADMITTED:
        return NULL;
    case PRIORITY_NO_CLASS:
        return arena_format(a, "no PriorityClass with name %s was found", p->class_name);
    case PRIORITY_OTHER_VALUE:
        return arena_format(a,
                            "the integer value of priority (%" PRId64 ") must not be provided in pod spec; priority "
                            "admission controller computed %" PRId64 " from the given PriorityClass name",
                            integer(value_get(spec, "priority")), p->value);
    case PRIORITY_OTHER_POLICY:
        return arena_format(a,
                            "the string value of PreemptionPolicy (%s) must not be provided in pod spec; priority "
                            "admission controller computed %s from the given PriorityClass name",
                            value_as_text(value_get(spec, "preemptionPolicy")), policies[p->preempts]);
    }
    return NULL;
}
