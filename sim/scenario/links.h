/* links.h -- what objects mention of each other: references found, and what does not fit together. */
#ifndef SIM_SCENARIO_LINKS_H
#define SIM_SCENARIO_LINKS_H

#include "sim/scenario/fields.h"

struct scenario;

/* Finds what each of the references speaks of, and the ServiceModels behind every target; then checks across objects.
 * reader: what the specs were read with. Problems are added. */
void links_resolve(struct scenario *s, struct field_reader *reader);

#endif
