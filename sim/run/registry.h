/* registry.h -- the models of a run, in the order in which work is done at an instant. */
#ifndef SIM_RUN_REGISTRY_H
#define SIM_RUN_REGISTRY_H

#include "models/model.h"

extern const struct registry_line registry[];
extern const unsigned registry_count;

#endif
