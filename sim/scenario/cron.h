/* cron.h -- schedules of CronJobs: five fields or a descriptor, and when they start next.
 *
 * Times are whole seconds since 1970 UTC. A schedule is read against the wall clock of a zone; the search for the next
 * start is the library's own, with its quirks around changes of the clock.
 *
 * Source: robfig/cron v3.0.1 (ParseStandard, Next); Kubernetes v1.36, pkg/controller/cronjob/utils.go
 * (reference/kubernetes-semantics.md, C.6).
 */
#ifndef SIM_SCENARIO_CRON_H
#define SIM_SCENARIO_CRON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No start within five years: the year 1, as in Go, and as a time it takes part in comparisons. */
#define CRON_NONE INT64_C(-62135596800)

struct cron_offset {
    int64_t from_s;
    int32_t east_s; /* of UTC */
};

/* The offsets of a zone, soonest first; the first one holds before it too. None: UTC. */
struct cron_zone {
    const struct cron_offset *offsets; /* [count] */
    uint32_t count;
};

struct cron_schedule {
    int64_t every_s;                                 /* @every; 0: by the fields */
    uint64_t minutes, hours, days, months, weekdays; /* bit n: value n */
    bool any_day;                                    /* the field has a bare * or ? */
    bool any_weekday;
};

/* Reads the text of a schedule. A zone in front of it (TZ=NAME or CRON_TZ=NAME) is passed over: *zone_length bytes at
 * *zone, 0 when there is none. False: it is no schedule. */
bool cron_parse(const char *text, struct cron_schedule *schedule, const char **zone, size_t *zone_length);

/* The first start after from_s, or CRON_NONE. */
int64_t cron_next(const struct cron_schedule *schedule, const struct cron_zone *zone, int64_t from_s);

enum cron_missed { CRON_MISSED_NONE, CRON_MISSED_FEW, CRON_MISSED_MANY };

/* A CronJob that waits for its next start. */
struct cron_wait {
    const struct cron_schedule *schedule;
    const struct cron_zone *zone;
    int64_t created_s;
    int64_t last_s;     /* status.lastScheduleTime; CRON_NONE: never */
    int64_t deadline_s; /* startingDeadlineSeconds; -1: none */
    int64_t now_s;
    int32_t now_ns; /* the rest of the second */
};

struct cron_recent {
    bool error;         /* two starts less than a second apart */
    int64_t earliest_s; /* the search began here */
    int32_t earliest_ns;
    int64_t start_s; /* the latest start that is due; CRON_NONE: none was found */
    enum cron_missed missed;
};

/* The most recent start that should have been, with or without regard to the starting deadline. */
struct cron_recent cron_most_recent(const struct cron_wait *wait, bool with_deadline);

/* How long the controller waits until it looks again: 100 ms after the next start. INT64_MIN: there is none. */
int64_t cron_requeue_ns(const struct cron_wait *wait);

#endif
