/* A pod on its node, from binding to removal, in a whole simulation. Delays are the defaults: watch 5 ms, write 10 ms,
 * kubelet's sync 0.5 s, a container's start 1 s, an image's pull 8 s, clean-up 1 s. */
#include "tests/unit/sim_fixture.h"

#define POOL_OF_ONE POOL("general", "instance: m6i.xlarge, nodes: 1, autoscaler: none")

/* The image is on the node from the first pod on. Pod 1 of a scale-up: bound at b, seen at b + 5 + 500 ms, its container
 * runs 1 s later, the status lands 10 ms after that. */
Test(kubelet_model, an_image_is_pulled_once_for_each_node)
{
    struct cluster *c = cluster_open(SCENARIO("duration: 1h") WORKLOAD("Deployment", "web", "replicas: 0, ",
                                                                       CONTAINER("100m", "64Mi", "")) POOL_OF_ONE);
    cluster_run(c, 10 * SECOND);
    cluster_scale(c, "web", 1);
    cluster_run(c, 60 * SECOND);
    cluster_scale(c, "web", 2);
    cluster_run(c, 120 * SECOND);
    for (uint32_t number = 0; number < 2; number++) {
        int64_t bound = pod_when(c, "web", number, POD_BOUND, 0);
        expect_ns(pod_when(c, "web", number, POD_RUNS, 0), bound + (number == 0 ? 8000 : 0) * MS + 1515 * MS);
    }
    cluster_close(c);
}
