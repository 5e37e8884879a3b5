/* replay_rollout.h -- the timelines of workload/rollout-*, through the engine. */
#ifndef TESTS_CONFORMANCE_REPLAY_ROLLOUT_H
#define TESTS_CONFORMANCE_REPLAY_ROLLOUT_H

#include "tests/conformance/replay.h"

bool replay_rollout(const struct value *in, const struct value *out, struct replay_case *c);

#endif
