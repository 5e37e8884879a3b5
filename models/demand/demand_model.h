/* demand_model.h -- the demands of a run: their rates, and how many units have come so far. */
#ifndef MODELS_DEMAND_DEMAND_MODEL_H
#define MODELS_DEMAND_DEMAND_MODEL_H

#include "models/model.h"

extern const struct model demand_model;

/* Units a second of the scenario's demand number `demand` at an instant, 0 or later. */
double demand_model_hz(const struct sim *sim, uint32_t demand, int64_t at_ns);

/* Its units since the start: the integral of the rate, up to the last step of 15 s. */
double demand_model_units(const struct sim *sim, uint32_t demand);

#endif
