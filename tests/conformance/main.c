#include <stddef.h>

#include "tests/conformance/replay.h"

/* Every group that has replays, a line each: replay_GROUP.c. */
#define GROUPS(GROUP)                                                                                                  \
    GROUP(self)                                                                                                        \
    GROUP(elementary)                                                                                                  \
    GROUP(workload)                                                                                                    \
    GROUP(values)                                                                                                      \
    GROUP(hpa)                                                                                                         \
    GROUP(defaults)                                                                                                    \
    GROUP(hpa_defaults)                                                                                                \
    GROUP(cron)                                                                                                        \
    GROUP(invalid)                                                                                                     \
    GROUP(scheduler)                                                                                                   \
    GROUP(preemption)                                                                                                  \
    GROUP(schedqueue) GROUP(disruption) GROUP(scheduler_config)

#define DECLARE(name) extern const struct replay replay_##name[];
GROUPS(DECLARE)

int main(int argc, char **argv)
{
#define ROW(name) replay_##name,
    static const struct replay *const groups[] = {GROUPS(ROW) NULL};
    return replay_main(argc, argv, groups);
}
