/* erlang.h -- Erlang's formulas for a real number of servers.
 *
 * `servers` may be any number above 0 (2.5 cores, 0.2 of one); `load` is the offered load in Erlangs: arrivals per
 * second times the mean service time. At whole numbers the functions are Erlang B and C. Between them the recursion
 * over the servers starts on [0, 1) from Szybicki's rational function; the continuous extension 1/B = load * integral
 * of exp(-load t) (1 + t)^servers, t > 0, is met within 3 % from 1.5 servers and half their load on. Below one server
 * and at light load fewer wait than by that integral: so it is with a container, which has its whole CPU quota at the
 * start of each period.
 *
 * Source: A. K. Erlang 1917; Y. Szybicki 1967 (start of the recursion); D. L. Jagerman 1974 (extension).
 */
#ifndef MODELS_SERVICE_ERLANG_H
#define MODELS_SERVICE_ERLANG_H

/* Erlang B: the share of arrivals that find all servers busy when nobody waits. load 0 or more. */
double erlang_blocking(double servers, double load);

/* Erlang C: the share of arrivals that must wait; 1 when load is servers or more. */
double erlang_waiting(double servers, double load);

/* Mean number that waits in M/G/c, for load < servers and a squared coefficient of variation `cs2` of the service
 * time: Kimura's interpolation between M/M/c and M/D/c, which is exact for one server (Pollaczek-Khinchine) and for
 * cs2 = 1.
 *
 * Source: T. Kimura 1986; M/D/c by G. P. Cosmetatos 1975. */
double erlang_queue(double servers, double load, double cs2);

#endif
