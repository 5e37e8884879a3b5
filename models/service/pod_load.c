#include "models/service/pod_load.h"

#include <assert.h>
#include <math.h>

/* More servers than this are never all busy; it stands for no limit. */
#define SERVERS_MAX 4096.0
#define SERVICE_MIN_S 1e-6

void pod_station(const struct pod_work *work, double cores, double speed, double calls_s, struct pod_station *station)
{
    assert(cores > 0 && speed > 0);
    double cpu_s = work->cpu_s / speed, held_s = cpu_s + work->wait_s + calls_s;
    station->bound = work->concurrency + work->backlog;
    station->slots = work->concurrency * cpu_s < cores * held_s;
    if (station->slots) {
        station->servers = work->concurrency;
        station->service_s = held_s;
        station->cs2 = work->variance_s2 / (held_s * held_s);
        station->outside_s = 0;
    } else {
        station->servers = cores;
        station->service_s = cpu_s;
        station->cs2 = 1;
        station->outside_s = work->wait_s + calls_s;
    }
    station->service_s = station->service_s > SERVICE_MIN_S ? station->service_s : SERVICE_MIN_S;
    station->servers = station->servers < SERVERS_MAX ? station->servers : SERVERS_MAX;
}

double pod_cores(const struct pod_work *work, int64_t limit_mcpu, int64_t node_mcpu)
{
    double cores = (double)(limit_mcpu > 0 && limit_mcpu < node_mcpu ? limit_mcpu : node_mcpu) / 1000;
    return cores < work->concurrency ? cores : work->concurrency;
}

/* To the nearest; amount 0 or more. */
static int64_t whole(double amount)
{
    return (int64_t)(amount + 0.5);
}

int64_t pod_used_mcpu(const struct pod_work *work, double served_hz)
{
    return work->idle_mcpu + whole(1000 * served_hz * work->cpu_s);
}

/* Messages of a stream wait with its broker: a pod holds no more than it works on. */
int64_t pod_used_memory_bytes(const struct pod_work *work, double in_pod)
{
    if (work->base_memory_bytes == UNLIMITED) {
        return UNLIMITED;
    }
    in_pod = work->pooled && in_pod > work->concurrency ? work->concurrency : in_pod;
    return work->base_memory_bytes + whole(in_pod * work->request_memory_bytes);
}

double pod_throttled(double wanted_mcpu, double limit_mcpu)
{
    return wanted_mcpu > limit_mcpu ? 1 - limit_mcpu / wanted_mcpu : 0;
}
