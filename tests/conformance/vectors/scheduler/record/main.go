// Command record writes what kube-scheduler makes of a KubeSchedulerConfiguration: the defaulted configuration and
// the plugins of each extension point, or why it is refused. It is a command of the module ../shared/oracle (whose package
// vec it uses): copy this folder there, `go run ./record -out DIR`, then gzip -9n. The same seed gives the same bytes.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"sort"
	"strings"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/events"
	"k8s.io/klog/v2"
	configv1 "k8s.io/kube-scheduler/config/v1"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/scheme"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/validation"
	"sigs.k8s.io/yaml"

	"headroom/oracle/vec"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// load is what cmd/kube-scheduler/app/options does with the file.
func load(data []byte) (*config.KubeSchedulerConfiguration, error) {
	obj, gvk, err := scheme.Codecs.UniversalDecoder().Decode(data, nil, nil)
	if err != nil {
		return nil, err
	}
	cfg, ok := obj.(*config.KubeSchedulerConfiguration)
	if !ok {
		return nil, fmt.Errorf("couldn't decode as KubeSchedulerConfiguration, got %s: ", gvk)
	}
	cfg.TypeMeta.APIVersion = gvk.GroupVersion().String()
	return cfg, nil
}

type violation struct {
	Field string `json:"field"`
	Type  string `json:"type"`
}

func violations(err error) []violation {
	seen := map[violation]bool{}
	var list []violation
	var add func(error)
	add = func(e error) {
		var aggregate utilerrors.Aggregate
		if errors.As(e, &aggregate) {
			for _, one := range aggregate.Errors() {
				add(one)
			}
			return
		}
		var f *field.Error
		if !errors.As(e, &f) {
			panic(e)
		}
		v := violation{f.Field, string(f.Type)}
		if !seen[v] {
			seen[v] = true
			list = append(list, v)
		}
	}
	add(err)
	sort.Slice(list, func(i, j int) bool {
		if list[i].Field != list[j].Field {
			return list[i].Field < list[j].Field
		}
		return list[i].Type < list[j].Type
	})
	return list
}

// reasons are the refusals at start, by what their text holds; "" of none.
var reasons = []string{"does not exist", "does not extend", "already registered", "only one queue sort plugin",
	"at least one bind plugin", "could overflow", "different queue sort", "not configured with weight", "no args", "wanted args", "want args"}

func reasonOf(message string) string {
	for _, r := range reasons {
		if strings.Contains(message, r) {
			return r
		}
	}
	return "plugin"
}

// prune takes out what says nothing: null, "", empty lists and maps.
func prune(v any) any {
	switch t := v.(type) {
	case map[string]any:
		for k, e := range t {
			if e = prune(e); e == nil {
				delete(t, k)
			} else {
				t[k] = e
			}
		}
		if len(t) == 0 {
			return nil
		}
	case []any:
		for i := range t {
			t[i] = prune(t[i])
		}
		if len(t) == 0 {
			return nil
		}
	case string:
		if t == "" {
			return nil
		}
	}
	return v
}

func encoded(cfg *config.KubeSchedulerConfiguration) any {
	var tree any
	must(json.Unmarshal(encode(cfg), &tree))
	return prune(tree)
}

func must2[T any](v T, err error) T { must(err); return v }

func encode(cfg *config.KubeSchedulerConfiguration) []byte {
	for _, info := range scheme.Codecs.SupportedMediaTypes() {
		if info.MediaType == "application/json" {
			var b strings.Builder
			must(scheme.Codecs.EncoderForVersion(info.Serializer, configv1.SchemeGroupVersion).Encode(cfg, &b))
			return []byte(b.String())
		}
	}
	panic("no json")
}

func points(p *config.Plugins) map[string][]any {
	out := map[string][]any{}
	put := func(name string, set config.PluginSet) {
		for _, e := range set.Enabled {
			if e.Weight != 0 {
				out[name] = append(out[name], map[string]any{"name": e.Name, "weight": e.Weight})
			} else {
				out[name] = append(out[name], map[string]any{"name": e.Name})
			}
		}
	}
	put("preEnqueue", p.PreEnqueue)
	put("queueSort", p.QueueSort)
	put("preFilter", p.PreFilter)
	put("filter", p.Filter)
	put("postFilter", p.PostFilter)
	put("preScore", p.PreScore)
	put("score", p.Score)
	put("reserve", p.Reserve)
	put("permit", p.Permit)
	put("preBind", p.PreBind)
	put("bind", p.Bind)
	put("postBind", p.PostBind)
	return out
}

func start(cfg *config.KubeSchedulerConfiguration) ([]any, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client := fake.NewSimpleClientset()
	inf := informers.NewSharedInformerFactory(client, 0)
	s, err := scheduler.New(ctx, client, inf, nil,
		func(string) events.EventRecorderLogger { return &events.FakeRecorder{} },
		scheduler.WithComponentConfigVersion(cfg.TypeMeta.APIVersion),
		scheduler.WithProfiles(cfg.Profiles...), scheduler.WithParallelism(cfg.Parallelism),
		scheduler.WithPercentageOfNodesToScore(cfg.PercentageOfNodesToScore),
		scheduler.WithPodInitialBackoffSeconds(cfg.PodInitialBackoffSeconds),
		scheduler.WithPodMaxBackoffSeconds(cfg.PodMaxBackoffSeconds), scheduler.WithExtenders(cfg.Extenders...))
	if err != nil {
		return nil, err
	}
	var profiles []any
	for _, p := range cfg.Profiles {
		profiles = append(profiles, points(s.Profiles[p.SchedulerName].ListPlugins()))
	}
	return profiles, nil
}

// fitViolations are those of NodeResourcesFit, which only its constructor validates.
func fitViolations(cfg *config.KubeSchedulerConfiguration) []violation {
	var errs []error
	for i, p := range cfg.Profiles {
		for j, c := range p.PluginConfig {
			if args, ok := c.Args.(*config.NodeResourcesFitArgs); ok && c.Name == "NodeResourcesFit" {
				path := field.NewPath("profiles").Index(i).Child("pluginConfig").Index(j).Child("args")
				if err := validation.ValidateNodeResourcesFitArgs(path, args); err != nil {
					errs = append(errs, err)
				}
			}
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return violations(utilerrors.NewAggregate(errs))
}

func answer(tree any) map[string]any {
	cfg, err := load(must2(json.Marshal(tree)))
	if err != nil {
		return map[string]any{"decode": false}
	}
	if err := validation.ValidateKubeSchedulerConfiguration(cfg); err != nil {
		return map[string]any{"violations": violations(err)}
	}
	config := encoded(cfg)
	profiles, err := start(cfg)
	if err != nil {
		out := map[string]any{"start": reasonOf(err.Error())}
		if strings.Contains(err.Error(), "\"NodeResourcesFit\"") && fitViolations(cfg) != nil {
			out["start"] = "NodeResourcesFit"
			out["violations"] = fitViolations(cfg)
		}
		if *verbose {
			out["message"] = err.Error()
		}
		return out
	}
	return map[string]any{"config": config, "plugins": profiles}
}

var verbose = flag.Bool("verbose", false, "adds the messages")

func parse(text string) any {
	var tree any
	must(yaml.Unmarshal([]byte(text), &tree))
	return tree
}

func top(body string) any {
	return parse("apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n" + body)
}

func main() {
	klog.InitFlags(nil)
	flag.Parse()
	flag.Set("logtostderr", "false")
	flag.Set("stderrthreshold", "FATAL")
	klog.SetOutput(io.Discard)
	f := vec.Create("scheduler/configuration",
		"KubeSchedulerConfiguration: the defaulted configuration and each profile's plugins, or why it is refused")
	defer f.Close()
	for _, body := range strings.Split(bodies, "\n---\n") {
		for _, one := range alternatives(body) {
			tree := top(one)
			f.Case("", tree, answer(tree))
		}
	}
	n := vec.N(260)
	for i := 0; i < n; i++ {
		g := &gen{f.Rand, i%2 == 0}
		tree := g.config()
		f.Case("", tree, answer(tree))
	}
}

// alternatives expands one body in which a line ends in " | a | b".
func alternatives(body string) []string {
	lines := strings.Split(body, "\n")
	for i, line := range lines {
		parts := strings.Split(line, " | ")
		if len(parts) > 1 {
			var all []string
			key := parts[0][:strings.Index(parts[0], ": ")+2]
			parts[0] = parts[0][len(key):]
			for _, p := range parts {
				changed := append([]string{}, lines...)
				changed[i] = key + p
				all = append(all, alternatives(strings.Join(changed, "\n"))...)
			}
			return all
		}
	}
	return []string{body}
}

type gen struct {
	r     *rand.Rand
	clean bool
}

func (g *gen) chance(percent int) bool { return g.r.IntN(100) < percent }
func (g *gen) bad(percent int) bool    { return !g.clean && g.chance(percent) }
func pick[T any](g *gen, list ...T) T  { return list[g.r.IntN(len(list))] }

var known = []string{"SchedulingGates", "PrioritySort", "NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity",
	"NodePorts", "NodeResourcesFit", "VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone",
	"PodTopologySpread", "InterPodAffinity", "DynamicResources", "DefaultPreemption", "NodeResourcesBalancedAllocation",
	"ImageLocality", "DefaultBinder", "NodeDeclaredFeatures"}

var byPoint = map[string][]string{
	"filter": {"NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity", "NodePorts", "NodeResourcesFit",
		"PodTopologySpread", "InterPodAffinity", "VolumeZone"},
	"score": {"TaintToleration", "NodeAffinity", "NodeResourcesFit", "PodTopologySpread", "InterPodAffinity",
		"NodeResourcesBalancedAllocation", "ImageLocality"},
	"preFilter":  {"NodeAffinity", "NodeResourcesFit", "InterPodAffinity", "PodTopologySpread", "NodePorts"},
	"preScore":   {"TaintToleration", "NodeAffinity", "InterPodAffinity", "PodTopologySpread"},
	"postFilter": {"DefaultPreemption"}, "queueSort": {"PrioritySort"}, "bind": {"DefaultBinder"},
	"preEnqueue": {"SchedulingGates", "DefaultPreemption"}, "reserve": {"VolumeBinding"}, "preBind": {"VolumeBinding"},
}
var pointNames = []string{"filter", "score", "score", "score", "preFilter", "preScore", "postFilter", "queueSort", "bind", "preEnqueue", "reserve", "preBind"}

func (g *gen) plugin(from []string, weighted bool) map[string]any {
	p := map[string]any{"name": pick(g, from...)}
	if g.bad(4) {
		p["name"] = pick(g, "EBSLimits", "CinderLimits", "Coscheduling", "nodename", "")
	}
	if weighted && g.chance(80) {
		p["weight"] = pick(g, 1, 2, 5, 10, 100, 0)
		if g.bad(3) {
			p["weight"] = pick[any](g, -1, 2147483647, "3", 1.5)
		}
	}
	return p
}

func (g *gen) set(point string, from []string) map[string]any {
	s := map[string]any{}
	used := map[string]bool{}
	if g.chance(70) {
		var list []any
		for i := 1 + g.r.IntN(3); i > 0; i-- {
			p := g.plugin(from, point == "score" || point == "multiPoint")
			if name := p["name"].(string); !used[name] || g.bad(15) {
				used[name] = true
				list = append(list, p)
			}
		}
		s["enabled"] = list
	}
	if g.chance(60) {
		var list []any
		if g.chance(25) {
			list = append(list, map[string]any{"name": "*"})
		} else {
			for i := 1 + g.r.IntN(2); i > 0; i-- {
				list = append(list, map[string]any{"name": pick(g, from...)})
			}
		}
		s["disabled"] = list
	}
	return s
}

func (g *gen) resources() []any {
	var list []any
	seen := map[string]bool{}
	for i := g.r.IntN(4); i > 0; i-- {
		name := pick(g, "cpu", "memory", "nvidia.com/gpu", "example.com/foo", "ephemeral-storage")
		if seen[name] && g.clean {
			continue
		}
		seen[name] = true
		r := map[string]any{"name": name}
		if g.chance(80) {
			r["weight"] = pick(g, 1, 1, 1, 3, 50, 100, 0)
			if g.bad(15) {
				r["weight"] = pick(g, -1, 101)
			}
		}
		list = append(list, r)
	}
	return list
}

func (g *gen) shape() []any {
	var list []any
	at := 0
	for i := 1 + g.r.IntN(4); i > 0; i-- {
		list = append(list, map[string]any{"utilization": at, "score": g.r.IntN(11)})
		at += 1 + g.r.IntN(33)
	}
	if g.bad(30) {
		list = append(list, map[string]any{"utilization": pick(g, 0, 101, -1, 100), "score": pick(g, 11, -1, 3)})
	}
	return list
}

func (g *gen) term() map[string]any {
	operator := pick(g, "In", "NotIn", "Exists", "DoesNotExist", "Gt")
	e := map[string]any{"key": pick(g, "zone", "example.com/pool", "disk"), "operator": operator}
	switch operator {
	case "In", "NotIn":
		e["values"] = []any{"a", "b"}
	case "Gt":
		e["values"] = []any{"5"}
	}
	if g.bad(15) {
		e["values"] = pick(g, []any{}, []any{"x y"}, []any{"a", "b"})
	}
	if g.bad(8) {
		e["operator"] = pick(g, "in", "")
	}
	if g.bad(8) {
		e["key"] = pick(g, "a b", "")
	}
	return map[string]any{"matchExpressions": []any{e}}
}

func (g *gen) args(name string) map[string]any {
	a := map[string]any{}
	switch name {
	case "NodeResourcesFit":
		if g.chance(40) {
			a["ignoredResources"] = []any{"example.com/foo"}
			if g.bad(25) {
				a["ignoredResources"] = []any{pick(g, "a b", "", "x/y/z")}
			}
		}
		if g.chance(40) {
			a["ignoredResourceGroups"] = []any{"example.com"}
			if g.bad(25) {
				a["ignoredResourceGroups"] = []any{pick(g, "a/b", "", "UPPER_")}
			}
		}
		if g.chance(80) {
			s := map[string]any{}
			kind := pick(g, "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio")
			s["type"] = kind
			if g.chance(60) {
				s["resources"] = g.resources()
			}
			if kind == "RequestedToCapacityRatio" && !g.bad(15) || g.bad(15) {
				s["requestedToCapacityRatio"] = map[string]any{"shape": g.shape()}
			}
			if g.bad(8) {
				s["type"] = pick(g, "", "BestFit")
			}
			a["scoringStrategy"] = s
		}
	case "NodeResourcesBalancedAllocation":
		if g.chance(80) {
			list := g.resources()
			if g.clean {
				for _, r := range list {
					r.(map[string]any)["weight"] = 1
				}
			}
			a["resources"] = list
		}
	case "InterPodAffinity":
		if g.chance(80) {
			a["hardPodAffinityWeight"] = pick(g, 0, 1, 5, 100)
			if g.bad(30) {
				a["hardPodAffinityWeight"] = pick[any](g, -1, 101, "1")
			}
		}
		if g.chance(40) {
			a["ignorePreferredTermsOfExistingPods"] = g.chance(50)
		}
	case "PodTopologySpread":
		a["defaultingType"] = pick(g, "List", "List", "System")
		if a["defaultingType"] == "List" || g.bad(20) {
			var list []any
			for i, key := range []string{"zone", "kubernetes.io/hostname", "example.com/rack"} {
				if g.chance(50) {
					c := map[string]any{"maxSkew": 1 + i, "topologyKey": key, "whenUnsatisfiable": pick(g, "DoNotSchedule", "ScheduleAnyway")}
					if g.bad(20) {
						c["maxSkew"] = pick(g, 0, -1)
					}
					if g.bad(15) {
						c["topologyKey"] = pick(g, "", "a b")
					}
					if g.bad(15) {
						c["whenUnsatisfiable"] = pick(g, "", "Maybe")
					}
					if g.bad(15) {
						c["labelSelector"] = map[string]any{"matchLabels": map[string]any{"a": "b"}}
					}
					if g.chance(20) {
						c["minDomains"] = 2
					}
					list = append(list, c)
					if g.bad(15) {
						list = append(list, c)
					}
				}
			}
			a["defaultConstraints"] = list
		}
		if g.bad(10) {
			a["defaultingType"] = "Lists"
		}
	case "NodeAffinity":
		n := map[string]any{}
		if g.chance(60) {
			n["requiredDuringSchedulingIgnoredDuringExecution"] = map[string]any{"nodeSelectorTerms": []any{g.term(), g.term()}}
		}
		if g.chance(60) {
			n["preferredDuringSchedulingIgnoredDuringExecution"] = []any{map[string]any{"weight": pick(g, 1, 50, 100), "preference": g.term()}}
		}
		a["addedAffinity"] = n
	case "DefaultPreemption":
		if g.chance(70) {
			a["minCandidateNodesPercentage"] = pick(g, 1, 10, 100)
		}
		if g.chance(70) {
			a["minCandidateNodesAbsolute"] = pick(g, 1, 100, 5000)
		}
		if g.bad(30) {
			a["minCandidateNodesPercentage"] = pick(g, 0, -1, 101)
			a["minCandidateNodesAbsolute"] = pick(g, 0, -1, 7)
		}
	case "VolumeBinding":
		a["bindTimeoutSeconds"] = pick(g, 0, 300, 600)
		if g.bad(30) {
			a["bindTimeoutSeconds"] = -1
		}
		if g.bad(15) {
			a["shape"] = g.shape()
		}
	}
	if g.chance(50) {
		a["apiVersion"] = "kubescheduler.config.k8s.io/v1"
		a["kind"] = name + "Args"
		if g.bad(5) {
			a["kind"] = "NodeAffinityArgs"
		}
	}
	if g.bad(4) {
		a["unknownField"] = 1
	}
	return a
}

var configurable = []string{"NodeResourcesFit", "NodeResourcesFit", "NodeResourcesBalancedAllocation", "InterPodAffinity",
	"PodTopologySpread", "NodeAffinity", "DefaultPreemption", "VolumeBinding"}

func (g *gen) profile(i, of int) map[string]any {
	p := map[string]any{}
	if of > 1 || g.chance(60) {
		p["schedulerName"] = pick(g, "default-scheduler", "packer", "batch", "x")
		if of > 1 && (g.clean || g.chance(80)) {
			p["schedulerName"] = fmt.Sprintf("%s-%d", p["schedulerName"], i)
		}
		if g.bad(4) {
			delete(p, "schedulerName")
		}
	}
	if g.chance(30) {
		p["percentageOfNodesToScore"] = pick(g, 0, 1, 50, 100)
		if g.bad(20) {
			p["percentageOfNodesToScore"] = pick(g, -1, 101)
		}
	}
	if g.chance(70) {
		plugins := map[string]any{}
		for k := g.r.IntN(3); k > 0; k-- {
			point := pick(g, pointNames...)
			if point == "queueSort" && g.chance(70) {
				continue
			}
			from := byPoint[point]
			if g.bad(5) {
				from = known
			}
			plugins[point] = g.set(point, from)
		}
		if g.chance(40) {
			plugins["multiPoint"] = g.set("multiPoint", known[4:18])
		}
		p["plugins"] = plugins
	}
	if g.chance(70) {
		var list []any
		used := map[string]bool{}
		for k := 1 + g.r.IntN(3); k > 0; k-- {
			name := pick(g, configurable...)
			if used[name] && !g.bad(10) {
				continue
			}
			used[name] = true
			c := map[string]any{"name": name, "args": g.args(name)}
			if g.bad(3) {
				c["name"] = pick(g, "EBSLimits", "MyPlugin", "NodeName")
			}
			list = append(list, c)
		}
		p["pluginConfig"] = list
	}
	return p
}

func (g *gen) config() map[string]any {
	c := map[string]any{"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration"}
	if g.chance(20) {
		c["parallelism"] = pick(g, 1, 4, 16, 64)
		if g.bad(20) {
			c["parallelism"] = pick(g, 0, -1)
		}
	}
	if g.chance(30) {
		c["percentageOfNodesToScore"] = pick(g, 0, 5, 100)
		if g.bad(20) {
			c["percentageOfNodesToScore"] = pick[any](g, -1, 101, "50", 2.5)
		}
	}
	if g.chance(30) {
		c["podInitialBackoffSeconds"] = pick(g, 1, 2, 7)
		c["podMaxBackoffSeconds"] = pick(g, 10, 7, 3600)
		if g.bad(30) {
			c["podInitialBackoffSeconds"] = pick(g, 0, -3, 20)
		}
	}
	if g.chance(15) {
		c["leaderElection"] = map[string]any{"leaderElect": g.chance(50)}
	}
	if g.chance(90) {
		n := pick(g, 1, 1, 2, 3)
		var list []any
		for i := 0; i < n; i++ {
			list = append(list, g.profile(i, n))
		}
		c["profiles"] = list
	}
	return c
}
