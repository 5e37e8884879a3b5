/* schedqueue_timeline.h -- the timelines of vectors/schedqueue: the whole scheduler against a user who acts and a kubelet
 * that removes pods when their grace is over. The scheduler, the API and the engine are those of a user's run. */
#ifndef TESTS_CONFORMANCE_SCHEDQUEUE_TIMELINE_H
#define TESTS_CONFORMANCE_SCHEDQUEUE_TIMELINE_H

#include "tests/conformance/replay.h"

bool schedqueue_timeline_run(const struct value *in, const struct value *out, struct replay_case *c);

#endif
