/* inputs.h -- two scenarios asked the same question: the demands, prices, seed, time and objectives of one, put into the
 * other. What the other asked itself and now does not is noted in its not_asked. */
#ifndef SIM_SCENARIO_INPUTS_H
#define SIM_SCENARIO_INPUTS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct object;
struct scenario;

/* What two scenarios ask differently: titles "Demand/rides", "Scenario:spec.seed"; [*count] in a. */
const char **inputs_differences(struct arena *a, struct object *const *list, uint32_t list_count,
                                struct object *const *other, uint32_t other_count, uint32_t *count);

/* Whether one of the objects is a Scenario. */
bool inputs_ask(struct object *const *list, uint32_t count);

/* from[count]: all objects of the scenario that asks, read with the names of s. scenario: the Scenario among the objects of
 * s, which is changed; null: there is none, and none among from. Before specs are read. */
void inputs_take(struct scenario *s, struct object *scenario, struct object *const *from, uint32_t count);

#endif
