/* replay_sets.h -- the timelines of workload/statefulset and workload/daemonset, through the engine. */
#ifndef TESTS_CONFORMANCE_REPLAY_SETS_H
#define TESTS_CONFORMANCE_REPLAY_SETS_H

#include "tests/conformance/replay.h"

bool replay_statefulset(const struct value *in, const struct value *out, struct replay_case *c);
bool replay_daemonset(const struct value *in, const struct value *out, struct replay_case *c);

#endif
