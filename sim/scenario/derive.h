/* derive.h -- what follows from a spec alone: names taken apart, files read, a model worked out from observations. */
#ifndef SIM_SCENARIO_DERIVE_H
#define SIM_SCENARIO_DERIVE_H

struct scenario;

/* Fills the members of each spec that no field is read into; before anything is linked. Problems are added. */
void derive_all(struct scenario *s);

#endif
