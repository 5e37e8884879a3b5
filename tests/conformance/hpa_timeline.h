/* hpa_timeline.h -- replays the HPA timelines through the engine: the controller, API and engine of a user's run. */
#ifndef TESTS_CONFORMANCE_HPA_TIMELINE_H
#define TESTS_CONFORMANCE_HPA_TIMELINE_H

#include "tests/conformance/replay.h"

bool hpa_timeline_run(const struct value *in, const struct value *out, struct replay_case *c);

#endif
