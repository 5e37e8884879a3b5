/* inputs.h -- two scenarios asked the same question: the demands, prices, seed, time and objectives of one, put into the
 * other. What the other asked itself and now does not is noted in its not_asked. */
#ifndef SIM_SCENARIO_INPUTS_H
#define SIM_SCENARIO_INPUTS_H

#include <stdint.h>

struct object;
struct scenario;

/* from[count]: all objects of the scenario that asks, read with the names of s. scenario: the Scenario among the objects of
 * s, which is changed. Before specs are read. */
void inputs_take(struct scenario *s, struct object *scenario, struct object *const *from, uint32_t count);

#endif
