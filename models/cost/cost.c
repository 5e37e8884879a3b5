#include "models/cost/cost.h"

#include <assert.h>

#include "sim/base/elementary.h"
#include "sim/scenario/units.h"

__extension__ typedef unsigned __int128 wide;

/* amount * part / whole, cut. */
static int64_t proportion(int64_t amount, uint64_t part, uint64_t whole)
{
    assert(amount >= 0 && part <= whole && whole > 0);
    return (int64_t)((wide)amount * part / whole);
}

int64_t cost_of_lifetime(int64_t price_nusd_hour, int64_t lifetime_ns)
{
    assert(price_nusd_hour >= 0 && lifetime_ns >= 0);
    return (int64_t)((wide)price_nusd_hour * (wide)lifetime_ns / (wide)UNITS_HOUR_NS);
}

int64_t cost_nusd(double usd)
{
    return (int64_t)elementary_round(usd * 1e9);
}

double cost_processor_share(int64_t capacity_mcpu, int64_t capacity_memory_bytes)
{
    double processors = (double)capacity_mcpu / 1000 * COST_CORE_IN_GIB;
    double memory = (double)capacity_memory_bytes / 0x1p30;
    return processors + memory > 0 ? processors / (processors + memory) : 1;
}

static int64_t greater(int64_t left, int64_t right)
{
    int64_t most = left > right ? left : right;
    return most > 0 ? most : 0;
}

struct cost_claim cost_claim(int64_t request_mcpu, int64_t used_mcpu, int64_t request_bytes, int64_t used_bytes)
{
    return (struct cost_claim){greater(request_mcpu, used_mcpu), greater(request_bytes, used_bytes)};
}

/* One resource's division, claim by claim: pods first, then the system's, then what is idle. */
struct division {
    int64_t amount;
    uint64_t reserved;
    uint64_t claimed;   /* by all pods */
    uint64_t available; /* to pods */
    uint64_t before;    /* claims so far */
    int64_t given;
};

static struct division division_of(int64_t amount, int64_t capacity, int64_t allocatable)
{
    int64_t room = allocatable < capacity ? greater(allocatable, 0) : greater(capacity, 0);
    return (struct division){
        .amount = amount, .reserved = (uint64_t)(greater(capacity, 0) - room), .available = (uint64_t)room};
}

static int64_t next_part(struct division *d, int64_t claim)
{
    /* What pods pay together is available / (available + reserved) of the amount when they claim all, or more. */
    uint64_t whole = d->available + d->reserved;
    uint64_t claims = d->claimed > d->available ? d->claimed : d->available;
    int64_t pods = whole > 0 ? proportion(d->amount, d->available, whole) : 0;
    d->before += (uint64_t)claim;
    int64_t up_to_here = claims > 0 ? proportion(pods, d->before, claims) : 0;
    int64_t part = up_to_here - d->given;
    d->given = up_to_here;
    return part;
}

/* What is left when all pods have paid: the system's part, then what is idle. */
static int64_t reserved_part(const struct division *d)
{
    uint64_t whole = d->available + d->reserved;
    return whole > 0 ? d->amount - proportion(d->amount, d->available, whole) : 0;
}

void cost_share(const struct cost_node *node, int64_t amount, const struct cost_claim *claims, size_t count,
                struct cost_part *parts, struct cost_part *idle, struct cost_part *reserved)
{
    double share = cost_processor_share(node->capacity_mcpu, node->capacity_memory_bytes);
    int64_t processor_amount = (int64_t)elementary_floor((double)amount * share);
    processor_amount = processor_amount < amount ? processor_amount : amount;
    struct division processor = division_of(processor_amount, node->capacity_mcpu, node->allocatable_mcpu);
    struct division memory =
        division_of(amount - processor_amount, node->capacity_memory_bytes, node->allocatable_memory_bytes);
    for (size_t i = 0; i < count; i++) {
        processor.claimed += (uint64_t)claims[i].mcpu;
        memory.claimed += (uint64_t)claims[i].memory_bytes;
    }
    for (size_t i = 0; i < count; i++) {
        parts[i].processor_nusd = next_part(&processor, claims[i].mcpu);
        parts[i].memory_nusd = next_part(&memory, claims[i].memory_bytes);
    }
    *reserved = (struct cost_part){reserved_part(&processor), reserved_part(&memory)};
    *idle = (struct cost_part){processor.amount - processor.given - reserved->processor_nusd,
                               memory.amount - memory.given - reserved->memory_nusd};
}

double cost_monthly_usd(int64_t without_events_nusd, int64_t with_events_nusd, int64_t duration_ns)
{
    assert(duration_ns > 0);
    double months = (double)duration_ns / (double)UNITS_MONTH_NS;
    return ((double)without_events_nusd / months + (double)(with_events_nusd - without_events_nusd)) * 1e-9;
}

double cost_per_unit_usd(int64_t amount_nusd, double units)
{
    return units > 0 ? (double)amount_nusd * 1e-9 / units : 0;
}
