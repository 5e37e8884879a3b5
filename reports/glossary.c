#include "reports/glossary.h"

#include <stddef.h>
#include <string.h>

enum {
    PLANNER = GLOSSARY_PLANNER,
    CI = GLOSSARY_CI,
    FINANCE = GLOSSARY_FINANCE,
    BRIDGE = GLOSSARY_BRIDGE,
    MONEY = GLOSSARY_FINANCE | GLOSSARY_BRIDGE
};

const struct glossary_term glossary_terms[] = {
    {"Objective", "What a service promises: a latency or a success, for a share of the time or of the requests.",
     PLANNER},
    {"Achieved", "The share that the objective asks for, as it came out: the mean of the replications.", PLANNER},
    {"Held in", "In how many replications the objective was held; one miss in one of them is a miss.", PLANNER},
    {"Worst", "The worst sample of all replications, and when that was.", PLANNER},
    {"Meanwhile", "What else was so at the same time: it may be the cause, and need not be.", PLANNER},
    {"Replication", "The same scenario with other random numbers: other noise of the demand, other boot times.",
     PLANNER | CI | MONEY},
    {"p50, p95, p99", "The time within which 50, 95 or 99 of 100 requests are answered.", PLANNER | CI},
    {"Success", "The share of the requests that were served: not timed out, refused or failed.", PLANNER | CI},
    {"Use", "Measured: from a history. Modelled: from the ServiceModel. Unknown: nothing says it, no advice is given.",
     PLANNER},
    {"Request", "What a pod reserves on its node, whether it uses it or not; nodes are bought for requests.", PLANNER},
    {"Allocatable", "What of a node pods can have: its capacity without what the system reserves.", PLANNER},
    {"Pending", "A pod without a node: none has room for it, until one is freed or bought.", PLANNER},
    {"Starting", "A pod that has a node and is not Ready: it serves nothing yet.", PLANNER},
    {"HPA", "HorizontalPodAutoscaler: sets the number of pods by their use; at its maximum it can do no more.",
     PLANNER},
    {"Throttled", "The share of the time in which a CPU limit held a pod back.", PLANNER},
    {"$ a month", "What request less use costs in 730 hours; nodes must go before it is saved.", PLANNER},
    {"BASE, CANDIDATE", "What is now, and what is proposed; both see the same random numbers.", CI | BRIDGE},
    {"Gate", "A condition that the change must meet; it is judged on the whole interval, not on the mean.", CI},
    {"Passed", "No part of the interval lies beyond the threshold.", CI},
    {"Failed", "The whole interval lies beyond the threshold.", CI},
    {"Undecided", "The threshold lies within the interval, also after 64 replications: a warning.", CI},
    {"Change", "Mean of the differences CANDIDATE less BASE, replication by replication.", CI | BRIDGE},
    {"95 % interval",
     "Where the true mean lies, by Student's t over the replications; the last lines of the page say what it covers.",
     PLANNER | CI | MONEY},
    {"Noise", "A difference whose interval holds 0: it may be chance, and fails no gate.", CI | BRIDGE},
    {"Slight", "A sure change of less than half a percent.", CI},
    {"Month", "730 hours: the run without its events scaled to a month, plus what each event adds once.",
     PLANNER | CI | MONEY},
    {"Forecast", "The mean month over the replications, with its 95 % interval.", FINANCE},
    {"Own", "What a team's workloads cost: on each node the greater of request and use, at the node's price.", MONEY},
    {"Shared", "A part of what shared namespaces cost, in proportion to what each team costs itself.", FINANCE},
    {"Idle", "Node capacity that is paid for and that no pod requests or uses.", MONEY | PLANNER},
    {"System", "What nodes reserve for the operating system and the kubelet, and the control plane's fee.", MONEY},
    {"Fully loaded", "Own and shared cost with a part of idle and system in proportion.", FINANCE},
    {"Unit cost", "The whole cost of the run divided by the rides, or whatever the demand counts, that came in it.",
     MONEY},
    {"Per 1,000 requests", "A workload's own cost divided by the requests that it served, times 1,000.", FINANCE},
    {"On-demand, spot", "Capacity at the list price that stays, and capacity at a lower price that may be taken back.",
     MONEY},
    {"Simulated", "No amount here was invoiced: all of them are what the simulated nodes would have cost.", MONEY},
    {NULL, NULL, 0},
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_same(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

const struct glossary_term *glossary_find(const char *name, unsigned readers)
{
    for (const struct glossary_term *t = glossary_terms; t->name != NULL; t++) {
        if ((t->readers & readers) != 0 && is_same(t->name, name)) {
            return t;
        }
    }
    return NULL;
}

void glossary_slug(struct buffer *out, const char *name)
{
    bool gap = false;
    for (; *name != '\0'; name++) {
        char c = lower(*name);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            buffer_text(out, gap ? "-" : "");
            buffer_byte(out, c);
        }
        gap = !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
    }
}
