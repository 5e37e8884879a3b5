/* pools.h -- node pools and what they cost: regions and zones taken apart, instance types and prices found. */
#ifndef SIM_SCENARIO_POOLS_H
#define SIM_SCENARIO_POOLS_H

struct scenario;

/* Fills the derived members of each NodePool, the catalog, discount and control plane. Problems are added. */
void pools_derive(struct scenario *s);

#endif
