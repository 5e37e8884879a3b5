/* water_fill.h -- sharing a capacity among those who want more than there is.
 *
 * Weighted max-min fairness: nobody gets more than wanted, and all who get less have the same share for each unit of
 * weight. So the kernel divides processor time among runnable cgroups by cpu.weight.
 *
 * Source: D. Bertsekas, R. Gallager, "Data Networks", 6.5.2; kubernetes-semantics.md, D.7.
 */
#ifndef MODELS_SERVICE_WATER_FILL_H
#define MODELS_SERVICE_WATER_FILL_H

#include <stddef.h>

/* Sets shares[count]: shares[i] = min(wanted[i], level * weights[i]), with the level at which they sum to capacity; all
 * that is wanted when that is no more than capacity. wanted and capacity are 0 or more, weights above 0. Returns the
 * level; INFINITY when everybody has what is wanted. */
double water_fill(const double *wanted, const double *weights, size_t count, double capacity, double *shares);

#endif
