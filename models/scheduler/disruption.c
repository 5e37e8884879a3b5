#include "models/scheduler/disruption.h"

#include "sim/scenario/intorpercent.h"

#define DELETION_TIMEOUT_NS (120 * INT64_C(1000000000))

struct disruption_spec disruption_read(const struct value *spec)
{
    return (struct disruption_spec){value_get(spec, "maxUnavailable"), value_get(spec, "minAvailable")};
}

/* Sets what is expected and desired. False: the controller cannot tell. */
static bool expect(const struct disruption_spec *spec, const struct disruption_counts *counts, int64_t *expected,
                   int64_t *desired)
{
    int64_t number = 0;
    *expected = *desired = 0;
    if (!value_is_null(spec->max_unavailable)) {
        *expected = counts->scale;
        bool read = intorpercent_scaled(spec->max_unavailable, *expected, true, &number) == INTORPERCENT_OK;
        *desired = number < *expected ? *expected - number : 0;
        return read && !counts->is_ownerless;
    }
    if (value_is_null(spec->min_available)) {
        return true;
    }
    if (value_as_int64(spec->min_available, desired)) {
        *expected = counts->pods;
        return true;
    }
    *expected = counts->scale;
    return intorpercent_scaled(spec->min_available, *expected, true, desired) == INTORPERCENT_OK &&
           !counts->is_ownerless;
}

struct disruption_status disruption_status(const struct disruption_spec *spec, const struct disruption_counts *counts)
{
    int64_t expected, desired;
    if (!expect(spec, counts, &expected, &desired)) {
        return (struct disruption_status){.failed = true};
    }
    int64_t allowed = expected > 0 && counts->healthy > desired ? counts->healthy - desired : 0;
    return (struct disruption_status){.healthy = (int32_t)counts->healthy,
                                      .desired = (int32_t)desired,
                                      .expected = (int32_t)expected,
                                      .allowed = (int32_t)allowed};
}

bool disruption_hides(int64_t granted_ns, int64_t now_ns)
{
    return granted_ns + DELETION_TIMEOUT_NS > now_ns;
}

bool disruption_lapses(int64_t granted_ns, int64_t now_ns)
{
    return granted_ns + DELETION_TIMEOUT_NS < now_ns;
}
