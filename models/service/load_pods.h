/* load_pods.h -- pods under load: who serves, what each uses, and what nodes leave them.
 *
 * Part of service_model.c's state, struct loads.
 */
#ifndef MODELS_SERVICE_LOAD_PODS_H
#define MODELS_SERVICE_LOAD_PODS_H

#include "models/service/loads.h"

/* A workload has come into being. */
void load_pods_see_workload(const struct sim *sim, struct loads *l, uint32_t row);

/* A pod was added or has changed; it is gone, with what it was before. */
void load_pods_see(struct sim *sim, struct loads *l, uint32_t row);
void load_pods_forget(struct sim *sim, struct loads *l, uint32_t row, const struct pod *old);

/* The pod joins its service, if it is Ready: its endpoint is programmed. */
void load_pods_join(struct sim *sim, struct loads *l, uint32_t row);

/* Writes what pods use, shares out nodes that have not enough. All services stand at now. */
void load_pods_end_step(struct sim *sim, struct loads *l);

#endif
