#include "sim/world/delays.h"

#define MS INT64_C(1000000)
#define S (1000 * MS)

/* kube-controller-manager and kube-scheduler flags --kube-api-qps, --kube-api-burst: 20/30 and 50/100. */
static void set_limits(struct delays *d)
{
    for (int c = CLIENT_CONTROLLER_DEPLOYMENT; c <= CLIENT_CONTROLLER_HPA; c++) {
        d->limits[c] = (struct client_limit){.qps = 20, .burst = 30};
    }
    d->limits[CLIENT_SCHEDULER] = (struct client_limit){.qps = 50, .burst = 100};
}

struct delays delays_default(void)
{
    struct delays d = {
        /* A watch event follows the commit in etcd; etcd's hardware guide asks for 99 % of WAL fsyncs within 10 ms. */
        .watch_ns = 5 * MS,
        .write_ns = 10 * MS,
        /* One pod after another: 680 a second, what scheduler_perf asks of SchedulingBasic with 5,000 nodes and 10,000
         * pods, in-process API server included (kubernetes/test/integration/scheduler_perf, performance-config.yaml).
         * Pods of a Service spread by default come to 160, preferred affinity to 90 a second: say so in a scenario where
         * they matter. The bind is a write beside it, at the client's 50 a second. */
        .scheduling_ns = S / 680,
        /* Pod start-up without image pull: the scalability SLO is 5 s at the 99th percentile; these sum to about 2 s
         * for a pod of one container. */
        .kubelet_sync_ns = 500 * MS,
        .container_start_ns = 1 * S,
        .image_pull_ns = 8 * S,
        .pod_cleanup_ns = 1 * S,
        /* kube-proxy --iptables-min-sync-period: 1 s. */
        .endpoints_ns = 1 * S,
        /* --horizontal-pod-autoscaler-sync-period: 15 s. */
        .hpa_sync_period_ns = 15 * S,
        /* metrics-server --metric-resolution: 15 s; cAdvisor's housekeeping gives windows of about that. */
        .metrics_resolution_ns = 15 * S,
        .metrics_window_ns = 15 * S,
        /* cluster-autoscaler --scan-interval: 10 s, --scale-down-unneeded-time: 10 min. */
        .autoscaler_scan_ns = 10 * S,
        .autoscaler_unneeded_ns = 600 * S,
    };
    set_limits(&d);
    return d;
}

struct delays delays_zero(void)
{
    return (struct delays){0};
}
