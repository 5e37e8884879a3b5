#include "models/service/erlang.h"

#include "sim/base/elementary.h"

#include <assert.h>
#include <math.h>

/* How far below both servers and load the recursion starts, in standard deviations of the load: an error e of the
 * start is e * exp(-8^2 / 2) at the end. */
#define START_DEVIATIONS 8.0

double erlang_blocking(double servers, double load)
{
    assert(servers > 0 && load >= 0);
    if (load == 0) {
        return 0;
    }
    double whole = elementary_floor(servers);
    double k = servers - whole;
    double start = elementary_floor((servers < load ? servers : load) - START_DEVIATIONS * sqrt(load) - 10);
    double blocking;
    if (start > 0) {
        k += start;
        blocking = 1 - k / load;
    } else {
        blocking = ((2 - k) * load + load * load) / (k + 2 * load + load * load);
    }
    while (k < servers - 0.5 && blocking > 1e-300) {
        k += 1;
        blocking = load * blocking / (k + load * blocking);
    }
    return blocking;
}

double erlang_waiting(double servers, double load)
{
    if (load >= servers) {
        return 1;
    }
    double blocking = erlang_blocking(servers, load);
    return blocking / (1 - load / servers * (1 - blocking));
}

/* The mean wait in M/G/c over that in M/M/c. */
static double variability_factor(double servers, double load, double cs2)
{
    double gamma = 0;
    if (servers > 1) {
        double spare = 1 - load / servers;
        gamma = spare * (servers - 1) * (sqrt(4 + 5 * servers) - 2) / (16 * load);
        gamma = gamma < 0.24 ? gamma : 0.24;
    }
    return (1 + cs2) * (1 + gamma) / (2 * (1 + gamma * cs2));
}

double erlang_queue(double servers, double load, double cs2)
{
    assert(load < servers);
    if (load == 0) {
        return 0;
    }
    double waiting = erlang_waiting(servers, load) * load / (servers - load);
    return cs2 == 1 ? waiting : waiting * variability_factor(servers, load, cs2);
}
