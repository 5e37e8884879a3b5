/* Replays of values/cron-next and values/cron-missed. */
#include <inttypes.h>
#include <string.h>

#include "sim/scenario/cron.h"
#include "tests/conformance/replay.h"

extern const struct replay replay_cron[];

static int64_t number_at(const struct value *v, const char *key, int64_t otherwise)
{
    int64_t number;
    return value_as_int64(value_get(v, key), &number) ? number : otherwise;
}

static struct cron_zone read_zone(const struct value *in, struct replay_case *c)
{
    const struct value *list = value_get(in, "offsets");
    uint32_t count = list == NULL ? 0 : list->count;
    struct cron_offset *offsets = TAKE(&c->scratch, struct cron_offset, count);
    for (uint32_t i = 0; i < count; i++) {
        int64_t east;
        if (value_as_int64(list->items[i]->items[0], &offsets[i].from_s) &&
            value_as_int64(list->items[i]->items[1], &east)) {
            offsets[i].east_s = (int32_t)east;
        }
    }
    return (struct cron_zone){offsets, count};
}

/* A zone in the text that no zone database knows is an error; the vectors' one is called Nowhere. */
static bool parse(const struct value *in, struct cron_schedule *schedule)
{
    const char *zone;
    size_t length;
    return cron_parse(value_as_text(value_get(in, "schedule")), schedule, &zone, &length) &&
           !(length == 7 && memcmp(zone, "Nowhere", 7) == 0);
}

static bool run_next(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct cron_schedule schedule;
    struct cron_zone zone = read_zone(in, c);
    struct value *got = value_map(&c->scratch), *next = value_list(&c->scratch);
    if (!parse(in, &schedule)) {
        value_put(&c->scratch, got, "error", value_bool(&c->scratch, true));
        return replay_same(c, "out", out, got);
    }
    int64_t at_s = number_at(in, "from", 0);
    for (int i = 0; i < 5; i++) {
        at_s = cron_next(&schedule, &zone, at_s);
        if (at_s == CRON_NONE) {
            break;
        }
        value_append(&c->scratch, next, value_integer(&c->scratch, at_s));
    }
    value_put(&c->scratch, got, "next", next);
    return replay_same(c, "out", out, got);
}

static struct value *tell_recent(const struct cron_recent *r, struct replay_case *c)
{
    static const char *const missed[] = {"none", "few", "many"};
    struct value *v = value_map(&c->scratch);
    value_put(&c->scratch, v, "earliest", value_integer(&c->scratch, r->earliest_s));
    value_put(&c->scratch, v, "missed", value_text(&c->scratch, missed[r->missed]));
    if (r->earliest_ns > 0) {
        value_put(&c->scratch, v, "earliestNanos", value_integer(&c->scratch, r->earliest_ns));
    }
    if (r->start_s != CRON_NONE) {
        value_put(&c->scratch, v, "mostRecent", value_integer(&c->scratch, r->start_s));
    }
    if (r->error) {
        value_put(&c->scratch, v, "error", value_bool(&c->scratch, true));
    }
    return v;
}

static bool run_missed(const struct value *in, const struct value *out, struct replay_case *c)
{
    struct cron_schedule schedule;
    struct cron_zone zone = read_zone(in, c);
    if (!parse(in, &schedule)) {
        return replay_differs(c, "the schedule does not parse");
    }
    struct cron_wait wait = {.schedule = &schedule,
                             .zone = &zone,
                             .created_s = number_at(in, "created", 0),
                             .last_s = number_at(in, "lastSchedule", CRON_NONE),
                             .deadline_s = number_at(in, "startingDeadlineSeconds", -1),
                             .now_s = number_at(in, "now", 0),
                             .now_ns = (int32_t)number_at(in, "nowNanos", 0)};
    struct cron_recent with = cron_most_recent(&wait, true), without = cron_most_recent(&wait, false);
    const char *requeue = arena_format(&c->scratch, "%" PRId64, cron_requeue_ns(&wait));
    return replay_same(c, "start", value_get(out, "start"), tell_recent(&with, c)) &&
           (wait.deadline_s < 0 ||
            replay_same(c, "withoutDeadline", value_get(out, "withoutDeadline"), tell_recent(&without, c))) &&
           replay_same(c, "requeueAfterNs", value_get(out, "requeueAfterNs"), value_text(&c->scratch, requeue));
}

const struct replay replay_cron[] = {
    {"values/cron-next", run_next},
    {"values/cron-missed", run_missed},
    {NULL, NULL},
};
