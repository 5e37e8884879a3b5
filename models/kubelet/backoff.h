/* backoff.h -- how long the kubelet waits before it starts a crashed container, or pulls an image, again.
 *
 * Each wait is twice the one before, up to a maximum. An entry is kept for each container (or image); it is forgotten
 * once it is older than its expiry: when it is next asked for, or by the kubelet's housekeeping, whichever comes first.
 * All times are int64 ns.
 *
 * Source: Kubernetes v1.36, client-go/util/flowcontrol/backoff.go, pkg/kubelet/kuberuntime/kuberuntime_manager.go
 * (doBackOff), pkg/kubelet/images/image_manager.go.
 */
#ifndef MODELS_KUBELET_BACKOFF_H
#define MODELS_KUBELET_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

struct backoff {
    int64_t initial_ns;
    int64_t max_ns;
    int64_t expiry_ns;
};

/* Zero is no entry. */
struct backoff_entry {
    bool kept;
    int64_t wait_ns;
    int64_t updated_ns;
};

/* The kubelet's default for containers (doBackOff's expiry does not follow the maximum), and for images. */
extern const struct backoff backoff_of_containers; /* 10 s to 300 s, expiry 600 s */

/* Takes the next step for something that happened at event_ns; the entry is updated now. */
void backoff_next(const struct backoff *b, struct backoff_entry *e, int64_t event_ns, int64_t now_ns);

/* Whether to wait still, counted from the event (containers: when it exited). */
bool backoff_holds_since(const struct backoff *b, const struct backoff_entry *e, int64_t event_ns, int64_t now_ns);

/* Whether to wait still, counted from the entry's last update (images: event_ns is now). */
bool backoff_holds_since_update(const struct backoff *b, const struct backoff_entry *e, int64_t event_ns);

/* Forgets the entry if housekeeping would now. */
void backoff_collect(const struct backoff *b, struct backoff_entry *e, int64_t now_ns);

/* When a container that exited at finished_ns starts again, with its entry then; in closed form: the first instant at
 * which the answer is no longer to wait. Housekeeping runs at the multiples of its period (2 s in the kubelet), before
 * anything else at that instant; period 0: never. */
int64_t backoff_restart_ns(const struct backoff *b, struct backoff_entry *e, int64_t finished_ns,
                           int64_t housekeeping_ns);

#endif
