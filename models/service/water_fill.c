#include "models/service/water_fill.h"

#include <assert.h>
#include <math.h>

#define OPEN (-1.0) /* of a share: not settled yet */

/* Settles all whose want is below the level; returns how many, and takes them from what is left. */
static size_t settle(const double *wanted, const double *weights, size_t count, double level, double *shares,
                     double *capacity, double *weight)
{
    size_t settled = 0;
    for (size_t i = 0; i < count; i++) {
        if (shares[i] == OPEN && wanted[i] <= level * weights[i]) {
            shares[i] = wanted[i];
            *capacity -= wanted[i];
            *weight -= weights[i];
            settled++;
        }
    }
    *capacity = *capacity > 0 ? *capacity : 0;
    return settled;
}

double water_fill(const double *wanted, const double *weights, size_t count, double capacity, double *shares)
{
    double weight = 0;
    size_t open = count;
    for (size_t i = 0; i < count; i++) {
        assert(weights[i] > 0 && wanted[i] >= 0);
        weight += weights[i];
        shares[i] = OPEN;
    }
    while (open > 0) {
        double level = capacity / weight;
        size_t settled = settle(wanted, weights, count, level, shares, &capacity, &weight);
        open -= settled;
        if (settled == 0) {
            for (size_t i = 0; i < count; i++) {
                shares[i] = shares[i] == OPEN ? level * weights[i] : shares[i];
            }
            return level;
        }
    }
    return INFINITY;
}
