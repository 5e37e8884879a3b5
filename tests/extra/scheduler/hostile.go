package main

import (
	"fmt"
	"strings"

	"headroom/oracle/vec"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// long makes a label value of 63 characters, the most that there may be; two differ only in their last ones.
func long(i int) string { return strings.Repeat("x", 60) + fmt.Sprintf("%03d", i) }

// key is the i-th topology key, 63 characters after its prefix.
func key(i int) string { return "example.com/" + strings.Repeat("k", 60) + fmt.Sprintf("%03d", i) }

var hostileNodes = []struct {
	name string
	make func(g *gen, n *v1.Node)
}{
	{"many labels", func(g *gen, n *v1.Node) {
		for i := range 130 {
			if g.p(90) {
				n.Labels[key(i)] = long(g.IntN(3))
			}
		}
	}},
	{"no zone, no hostname", func(g *gen, n *v1.Node) {
		for _, k := range []string{v1.LabelHostname, v1.LabelTopologyZone, v1.LabelTopologyRegion} {
			delete(n.Labels, k)
		}
	}},
	{"shared hostname", func(g *gen, n *v1.Node) { n.Labels[v1.LabelHostname] = pick(g, "shared", "", long(1)) }},
	{"odd zone", func(g *gen, n *v1.Node) {
		n.Labels[v1.LabelTopologyZone] = pick(g, "", long(0), long(1), name)
		if g.p(50) {
			n.Labels[v1.LabelTopologyRegion] = pick(g, "", long(2))
		}
	}},
	{"a domain of its own", func(g *gen, n *v1.Node) { n.Labels["rack"], n.Labels[v1.LabelTopologyZone] = name, name }},
	{"huge", func(g *gen, n *v1.Node) { // a hundred times more wraps in a score, and the real cycle ends with an error
		n.Status.Allocatable["cpu"] = q(pick(g, "92233720368547", "92233720368547758m", "1e13"))
		n.Status.Allocatable["memory"] = q(pick(g, "92233720368547758", "80Pi", "1Pi"))
		n.Status.Allocatable["pods"] = q(pick(g, "9223372036854775807", "110", "1e9"))
		n.Status.Allocatable["ephemeral-storage"] = q(pick(g, "9223372036854775807", "1Gi"))
	}},
	{"tiny", func(g *gen, n *v1.Node) {
		n.Status.Allocatable["cpu"] = q(pick(g, "0", "1m", "1n", "999u"))
		n.Status.Allocatable["memory"] = q(pick(g, "0", "1", "100m"))
		n.Status.Allocatable["pods"] = q(pick(g, "0", "1", "500m"))
	}},
	{"nothing allocatable", func(g *gen, n *v1.Node) { n.Status.Allocatable = v1.ResourceList{} }},
	{"many taints", func(g *gen, n *v1.Node) {
		for i := range 120 {
			n.Spec.Taints = append(n.Spec.Taints, v1.Taint{Key: fmt.Sprintf("example.com/t%d", i), Value: pick(g, "", "a", long(3)),
				Effect: pick(g, v1.TaintEffectPreferNoSchedule, v1.TaintEffectPreferNoSchedule, v1.TaintEffectPreferNoSchedule, v1.TaintEffectNoSchedule)})
		}
	}},
	{"many images", func(g *gen, n *v1.Node) {
		for i := range 50 {
			n.Status.Images = append(n.Status.Images, v1.ContainerImage{Names: []string{fmt.Sprintf("registry.example/i%d:1", i), fmt.Sprintf("registry.example/i%d", i+1000)},
				SizeBytes: pick(g, int64(0), 1, 9e18, 1<<40, 900*mi, 23*mi, 5000*mi)})
		}
		for _, im := range images {
			if g.p(40) {
				n.Status.Images = append(n.Status.Images, v1.ContainerImage{Names: im.names, SizeBytes: pick(g, int64(9e18), 1<<42, 3, 23*mi+1)})
			}
		}
	}},
	{"devices", func(g *gen, n *v1.Node) {
		for i := range 40 {
			n.Status.Allocatable[v1.ResourceName(fmt.Sprintf("example.com/d%d", i))] = q(pick(g, "0", "1", "100e15"))
		}
	}},
}

func (g *gen) hostileSelector(p *v1.Pod) *metav1.LabelSelector {
	s := g.selector(p.Labels["app"])
	if s == nil || g.p(60) {
		return s
	}
	for range pick(g, 1, 1, 2, 3, 30) {
		r := metav1.LabelSelectorRequirement{Key: pick(g, "app", "ver", "env", "long", "absent"), Operator: pick(g, metav1.LabelSelectorOpNotIn, metav1.LabelSelectorOpNotIn, metav1.LabelSelectorOpIn)}
		for i := range pick(g, 1, 1, 2, 5, 30) {
			r.Values = append(r.Values, long(i))
		}
		if r.Operator == metav1.LabelSelectorOpIn {
			r.Key = pick(g, "app", "long")
			r.Values = append(r.Values, apps...)
			r.Values = append(r.Values, "")
		}
		s.MatchExpressions = append(s.MatchExpressions, r)
	}
	return s
}

func (g *gen) hostileTerm(p *v1.Pod) v1.PodAffinityTerm {
	t := g.podTerm(p)
	t.LabelSelector = g.hostileSelector(p)
	if t.LabelSelector == nil {
		t.MatchLabelKeys, t.MismatchLabelKeys = nil, nil
	}
	switch g.IntN(6) {
	case 0:
		t.NamespaceSelector = &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "team", Operator: pick(g, metav1.LabelSelectorOpDoesNotExist, metav1.LabelSelectorOpNotIn), Values: nil}}}
		if t.NamespaceSelector.MatchExpressions[0].Operator == metav1.LabelSelectorOpNotIn {
			t.NamespaceSelector.MatchExpressions[0].Values = []string{"red", long(0)}
		}
	case 1:
		t.TopologyKey = key(g.IntN(130))
	case 2:
		t.Namespaces = append(t.Namespaces, "default", "default", "blue", "unlisted", "nowhere")
	}
	return t
}

// spreads adds count constraints, no pair of key and action twice.
func (g *gen) spreads(p *v1.Pod, count int) {
	used := map[string]bool{}
	for _, c := range p.Spec.TopologySpreadConstraints {
		used[c.TopologyKey+string(c.WhenUnsatisfiable)] = true
	}
	for range count {
		c := v1.TopologySpreadConstraint{MaxSkew: pick[int32](g, 1, 2, 100, 2147483647), TopologyKey: key(g.IntN(130)),
			WhenUnsatisfiable: pick(g, v1.ScheduleAnyway, v1.ScheduleAnyway, v1.DoNotSchedule), LabelSelector: g.hostileSelector(p)}
		if g.p(10) {
			c.TopologyKey = g.topologyKey()
		}
		if used[c.TopologyKey+string(c.WhenUnsatisfiable)] {
			continue
		}
		used[c.TopologyKey+string(c.WhenUnsatisfiable)] = true
		if c.WhenUnsatisfiable == v1.DoNotSchedule && g.p(40) {
			c.MinDomains = ptr.To(pick[int32](g, 1, 4, 400, 2147483647))
		}
		if g.p(30) {
			c.NodeTaintsPolicy = ptr.To(pick(g, v1.NodeInclusionPolicyHonor, v1.NodeInclusionPolicyIgnore))
			c.NodeAffinityPolicy = ptr.To(pick(g, v1.NodeInclusionPolicyHonor, v1.NodeInclusionPolicyIgnore))
		}
		if c.LabelSelector != nil && g.p(30) {
			c.MatchLabelKeys = some(g, 1+g.IntN(4), "ver", "env", "absent", "long", "pod-template-hash")
			if g.p(50) {
				applyLabelKeys(c.LabelSelector, c.MatchLabelKeys, metav1.LabelSelectorOpIn, p.Labels)
			}
		}
		p.Spec.TopologySpreadConstraints = append(p.Spec.TopologySpreadConstraints, c)
	}
}

var hostilePods = []struct {
	name string
	make func(g *gen, p *v1.Pod)
}{
	{"many spread constraints", func(g *gen, p *v1.Pod) { g.spreads(p, pick(g, 3, 20, 100)) }},
	{"spread over odd keys", func(g *gen, p *v1.Pod) {
		g.addSpreadHard(p)
		g.addSpreadSoft(p)
		for i := range p.Spec.TopologySpreadConstraints {
			c := &p.Spec.TopologySpreadConstraints[i]
			c.MaxSkew = pick[int32](g, 1, 3, 2147483647)
			if c.WhenUnsatisfiable == v1.DoNotSchedule {
				c.MinDomains = ptr.To(pick[int32](g, 2, 7, 301, 2147483647))
			}
		}
	}},
	{"many tolerations", func(g *gen, p *v1.Pod) {
		for i := range pick(g, 40, 400) {
			t := v1.Toleration{Key: fmt.Sprintf("example.com/t%d", i), Operator: pick(g, v1.TolerationOpExists, v1.TolerationOpEqual), Effect: pick(g, v1.TaintEffectNoSchedule, v1.TaintEffectPreferNoSchedule, "")}
			if t.Operator == v1.TolerationOpEqual {
				t.Value = pick(g, "", "a", long(3))
			}
			p.Spec.Tolerations = append(p.Spec.Tolerations, t)
		}
	}},
	{"many node terms", func(g *gen, p *v1.Pod) {
		s := &v1.NodeSelector{}
		for range pick(g, 30, 300) {
			t := g.nodeTerm()
			t.MatchExpressions = append(t.MatchExpressions, v1.NodeSelectorRequirement{Key: key(g.IntN(130)), Operator: pick(g, v1.NodeSelectorOpIn, v1.NodeSelectorOpNotIn), Values: []string{long(0), long(1)}})
			s.NodeSelectorTerms = append(s.NodeSelectorTerms, t)
		}
		(&podAff{}).node(p).RequiredDuringSchedulingIgnoredDuringExecution = s
	}},
	{"many node preferences", func(g *gen, p *v1.Pod) {
		for range pick(g, 10, 50) {
			g.addPreferredNodeAffinity(p)
		}
	}},
	{"long values", func(g *gen, p *v1.Pod) {
		p.Labels["long"] = long(g.IntN(40))
		p.Spec.NodeSelector = map[string]string{key(g.IntN(130)): long(g.IntN(3))}
	}},
	{"many terms of affinity", func(g *gen, p *v1.Pod) {
		for range pick(g, 4, 40) {
			t := v1.WeightedPodAffinityTerm{Weight: pick[int32](g, 1, 50, 100), PodAffinityTerm: g.hostileTerm(p)}
			if g.p(50) {
				a := podAffinity(p)
				a.PreferredDuringSchedulingIgnoredDuringExecution = append(a.PreferredDuringSchedulingIgnoredDuringExecution, t)
			} else {
				a := podAnti(p)
				a.PreferredDuringSchedulingIgnoredDuringExecution = append(a.PreferredDuringSchedulingIgnoredDuringExecution, t)
			}
		}
	}},
	{"required terms", func(g *gen, p *v1.Pod) {
		a, b := podAffinity(p), podAnti(p)
		for range g.IntN(4) {
			a.RequiredDuringSchedulingIgnoredDuringExecution = append(a.RequiredDuringSchedulingIgnoredDuringExecution, g.hostileTerm(p))
		}
		for range pick(g, 0, 1, 2, 20) {
			b.RequiredDuringSchedulingIgnoredDuringExecution = append(b.RequiredDuringSchedulingIgnoredDuringExecution, g.hostileTerm(p))
		}
	}},
	{"huge requests", func(g *gen, p *v1.Pod) {
		c := &p.Spec.Containers[0]
		c.Resources.Requests = rl("cpu", pick(g, "92233720368547758m", "1e13", "46116860184273879m", "1m"), "memory", pick(g, "92233720368547758", "40Pi", "1Pi", "1"))
		if g.p(40) {
			p.Spec.Containers = append(p.Spec.Containers, v1.Container{Name: "twin", Image: "busybox", Resources: *c.Resources.DeepCopy()})
		}
		if g.p(20) {
			p.Spec.Overhead = rl("cpu", "92233720368547758m", "memory", "92233720368547758")
		}
	}},
	{"tiny requests", func(g *gen, p *v1.Pod) {
		p.Spec.Containers[0].Resources.Requests = rl("cpu", pick(g, "1n", "1u", "999999n", "0"), "memory", pick(g, "1m", "0", "1", "1n"), "ephemeral-storage", pick(g, "0", "1n", "1"))
	}},
	{"many containers", func(g *gen, p *v1.Pod) {
		for i := range 60 {
			c := v1.Container{Name: fmt.Sprintf("m%d", i), Image: fmt.Sprintf("registry.example/i%d", i+1000*g.IntN(2))}
			c.Resources.Requests = v1.ResourceList{"cpu": *resource.NewMilliQuantity(int64(g.IntN(30)), resource.DecimalSI)}
			p.Spec.Containers = append(p.Spec.Containers, c)
		}
		for i := range 20 {
			g.addInit(p)
			for k := range p.Spec.InitContainers {
				p.Spec.InitContainers[k].Name = fmt.Sprintf("i%d-%d", i, k)
			}
		}
	}},
	{"many ports", func(g *gen, p *v1.Pod) {
		for range 100 {
			p.Spec.Containers[0].Ports = append(p.Spec.Containers[0].Ports, v1.ContainerPort{ContainerPort: 80, HostPort: int32(1 + g.IntN(65535)), HostIP: pick(g, "", "::", "127.0.0.1", "::1"), Protocol: pick(g, v1.ProtocolTCP, v1.ProtocolSCTP)})
		}
	}},
	{"many devices", func(g *gen, p *v1.Pod) {
		if p.Spec.Containers[0].Resources.Requests == nil {
			p.Spec.Containers[0].Resources.Requests = v1.ResourceList{}
		}
		for i := range pick(g, 10, 40) {
			p.Spec.Containers[0].Resources.Requests[v1.ResourceName(fmt.Sprintf("example.com/d%d", i))] = q(pick(g, "1", "1", "0", "100e15"))
		}
	}},
}

// recordHostile schedules pods on clusters that nobody would build: every object could be stored in a real one.
func recordHostile() {
	f := vec.Create("scheduler/hostile", "the whole scheduling cycle at the limits of what the API accepts, as in scheduler/placement")
	defer f.Close()
	ta := tally{}
	for i := range vec.N(60) {
		g := &gen{Rand: f.Rand}
		nodes := pick(g, 1, 2, 3, 5, 8, 13, 21, 34)
		if i%30 == 29 {
			nodes = 300
		}
		s := newScenario(f, nodes, 2+f.Rand.IntN(4), 2+f.Rand.IntN(3), f.Rand.IntN(2*nodes+4), 10+f.Rand.IntN(12))
		s.percentage = pick(s.gen, int32(0), 0, 0, 1, 33, 100)
		for k := range s.gen.nodeT {
			for _, h := range some(s.gen, pick(s.gen, 0, 1, 1, 2, 3), hostileNodes...) {
				h.make(s.gen, s.gen.nodeT[k])
				ta.add("node: " + h.name)
			}
		}
		for k := range s.gen.podT {
			for _, h := range some(s.gen, pick(s.gen, 0, 1, 1, 2), hostilePods...) {
				h.make(s.gen, s.gen.podT[k])
				ta.add("pod: " + h.name)
			}
		}
		f.Case(fmt.Sprintf("%03d-%d-%d", i, nodes, s.percentage), s.in(), outcome(s.run(1, ta, 40)))
	}
	ta.print("hostile")
}
