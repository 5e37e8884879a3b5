package main

import (
	"fmt"
	"slices"

	"headroom/oracle/vec"

	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodevolumelimits"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/volumebinding"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/volumerestrictions"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/volumezone"
	"k8s.io/utils/ptr"
)

// storage is what a cluster knows of volumes.
type storage struct {
	classes  []*storagev1.StorageClass
	volumes  []*v1.PersistentVolume
	claims   []*v1.PersistentVolumeClaim
	csiNodes []*storagev1.CSINode
}

var drivers = []string{"ebs.csi.example.com", "pd.csi.example.com"}

func zoneTerm(key string, values ...string) v1.NodeSelectorTerm {
	return v1.NodeSelectorTerm{MatchExpressions: []v1.NodeSelectorRequirement{{Key: key, Operator: v1.NodeSelectorOpIn, Values: values}}}
}

func (g *gen) zonesSome() []string { return some(g, 1+g.IntN(2), "r1-a", "r1-b", "r1-c") }

func (g *gen) storageClasses() (list []*storagev1.StorageClass) {
	add := func(name, provisioner string, mode storagev1.VolumeBindingMode, topologies ...v1.TopologySelectorTerm) {
		list = append(list, &storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: name}, Provisioner: provisioner, VolumeBindingMode: &mode, AllowedTopologies: topologies})
	}
	term := func(key string, values []string) v1.TopologySelectorTerm {
		return v1.TopologySelectorTerm{MatchLabelExpressions: []v1.TopologySelectorLabelRequirement{{Key: key, Values: values}}}
	}
	add("late", drivers[0], storagev1.VolumeBindingWaitForFirstConsumer)
	add("now", drivers[0], storagev1.VolumeBindingImmediate)
	add("local", "kubernetes.io/no-provisioner", storagev1.VolumeBindingWaitForFirstConsumer)
	add("zonal", drivers[1], storagev1.VolumeBindingWaitForFirstConsumer, term(v1.LabelTopologyZone, g.zonesSome()))
	two := term(v1.LabelTopologyZone, g.zonesSome())
	two.MatchLabelExpressions = append(two.MatchLabelExpressions, v1.TopologySelectorLabelRequirement{Key: "disk", Values: []string{"ssd"}})
	add("picky", drivers[1], storagev1.VolumeBindingWaitForFirstConsumer, two, term("rack", []string{"a1", "b1"}))
	return list
}

func (g *gen) volume(i int) *v1.PersistentVolume {
	p := &v1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("pv%d", i), Labels: map[string]string{}}}
	// no two of one size: the real order of equals is that of a Go map
	p.Spec.Capacity = v1.ResourceList{v1.ResourceStorage: *resource.NewQuantity(int64(1+g.IntN(20))<<30+int64(i), resource.BinarySI)}
	p.Spec.AccessModes = some(g, 1+g.IntN(3), v1.ReadWriteOnce, v1.ReadWriteMany, v1.ReadOnlyMany, v1.ReadWriteOncePod)
	p.Spec.StorageClassName = pick(g, "late", "local", "local", "local", "zonal", "")
	p.Status.Phase = pick(g, v1.VolumeAvailable, v1.VolumeAvailable, v1.VolumeAvailable, v1.VolumeReleased)
	if g.p(70) {
		p.Spec.CSI = &v1.CSIPersistentVolumeSource{Driver: pick(g, drivers...), VolumeHandle: fmt.Sprintf("h%d", g.IntN(8))}
	} else {
		p.Spec.Local = &v1.LocalVolumeSource{Path: "/mnt/a"}
	}
	if g.p(10) {
		p.Spec.VolumeMode = ptr.To(v1.PersistentVolumeBlock)
	}
	switch g.IntN(6) {
	case 0, 1:
		p.Spec.NodeAffinity = &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{zoneTerm(v1.LabelTopologyZone, g.zonesSome()...)}}}
	case 2:
		p.Spec.NodeAffinity = &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{zoneTerm(v1.LabelHostname, some(g, 1+g.IntN(3), g.nodeNames...)...)}}}
	case 3:
		p.Spec.NodeAffinity = &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{g.nodeTerm(), g.nodeTerm()}}}
	}
	if g.p(35) {
		p.Labels[pick(g, v1.LabelTopologyZone, v1.LabelTopologyZone, v1.LabelFailureDomainBetaZone)] = pick(g, "r1-a", "r1-b", "r1-a__r1-b", "r1-b__r1-c__r1-a")
	}
	if g.p(20) {
		p.Labels[pick(g, v1.LabelTopologyRegion, v1.LabelFailureDomainBetaRegion)] = pick(g, "r1", "r1", "r2")
	}
	if g.p(30) {
		p.Labels["tier"] = pick(g, "gold", "silver")
	}
	return p
}

func (g *gen) claim(i int, volumes []*v1.PersistentVolume) *v1.PersistentVolumeClaim {
	c := &v1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("c%d", i), Namespace: "default", Annotations: map[string]string{}}}
	c.Spec.AccessModes = []v1.PersistentVolumeAccessMode{pick(g, v1.ReadWriteOnce, v1.ReadWriteOnce, v1.ReadWriteMany, v1.ReadWriteOncePod)}
	c.Spec.Resources.Requests = v1.ResourceList{v1.ResourceStorage: *resource.NewQuantity(int64(1+g.IntN(12))<<30+int64(i)<<20, resource.BinarySI)}
	c.Spec.StorageClassName = ptr.To(pick(g, "late", "late", "local", "local", "zonal", "picky"))
	c.Status.Phase = v1.ClaimPending
	switch g.IntN(24) {
	case 0:
		c.Spec.StorageClassName = ptr.To("now")
	case 1:
		c.Spec.StorageClassName = ptr.To(pick(g, "", "gone"))
	case 2:
		c.Spec.StorageClassName = nil
	case 3:
		c.Annotations["volume.kubernetes.io/selected-node"] = pick(g, g.nodeNames...)
	case 4:
		c.Status.Phase = v1.ClaimLost
		c.Spec.VolumeName = "pv0"
		return c
	case 5:
		t := metav1.Unix(1700000000, 0)
		c.DeletionTimestamp = &t
	case 6:
		c.Annotations[v1.BetaStorageClassAnnotation] = pick(g, "late", "local")
	}
	if g.p(10) {
		c.Spec.VolumeMode = ptr.To(v1.PersistentVolumeBlock)
	}
	if g.p(15) {
		c.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"tier": "gold"}}
	}
	if g.p(45) { // bound, or bound by hand and not yet seen
		free := slices.DeleteFunc(slices.Clone(volumes), func(v *v1.PersistentVolume) bool { return v.Spec.ClaimRef != nil })
		if len(free) > 0 {
			v := pick(g, free...)
			v.Spec.ClaimRef = &v1.ObjectReference{Namespace: c.Namespace, Name: c.Name}
			if g.p(12) {
				return c // only the volume says so
			}
			v.Status.Phase = v1.VolumeBound
			c.Spec.VolumeName = v.Name
			if g.p(92) {
				c.Annotations["pv.kubernetes.io/bind-completed"] = "yes"
				c.Status.Phase = v1.ClaimBound
			}
			if g.p(5) {
				c.Spec.VolumeName = "no-such-volume"
			}
		}
	}
	return c
}

func (g *gen) newStorage(volumes, claims int) *storage {
	s := &storage{classes: g.storageClasses()}
	for i := range volumes {
		s.volumes = append(s.volumes, g.volume(i))
	}
	for i := range claims {
		s.claims = append(s.claims, g.claim(i, s.volumes))
	}
	for _, n := range g.nodeNames {
		if !g.p(75) {
			continue
		}
		c := &storagev1.CSINode{ObjectMeta: metav1.ObjectMeta{Name: n}}
		for _, d := range some(g, 1+g.IntN(2), drivers...) {
			e := storagev1.CSINodeDriver{Name: d, NodeID: n}
			if g.p(85) {
				e.Allocatable = &storagev1.VolumeNodeResources{Count: ptr.To(pick[int32](g, 0, 1, 1, 2, 2, 3, 4))}
			}
			c.Spec.Drivers = append(c.Spec.Drivers, e)
		}
		s.csiNodes = append(s.csiNodes, c)
	}
	return s
}

func (s *storage) fill(w *world) {
	core, st := w.informer.Core().V1(), w.informer.Storage().V1()
	for _, o := range s.classes {
		must(st.StorageClasses().Informer().GetIndexer().Add(o))
	}
	for _, o := range s.volumes {
		must(core.PersistentVolumes().Informer().GetIndexer().Add(o))
	}
	for _, o := range s.claims {
		must(core.PersistentVolumeClaims().Informer().GetIndexer().Add(o))
	}
	for _, o := range s.csiNodes {
		must(st.CSINodes().Informer().GetIndexer().Add(o))
	}
}

func (s *storage) in(in map[string]any) {
	in["storageClasses"], in["persistentVolumes"] = manifests(s.classes), manifests(s.volumes)
	in["persistentVolumeClaims"], in["csiNodes"] = manifests(s.claims), manifests(s.csiNodes)
}

// mount gives a pod volumes: claims (missing: also one that does not exist), disks that only one may have, and others.
func (g *gen) mount(p *v1.Pod, s *storage, disks, missing bool) {
	p.Namespace = "default"
	add := func(src v1.VolumeSource) {
		p.Spec.Volumes = append(p.Spec.Volumes, v1.Volume{Name: fmt.Sprintf("v%d", len(p.Spec.Volumes)), VolumeSource: src})
	}
	for range pick(g, 1, 1, 1, 2, 3) {
		switch k := g.IntN(20); {
		case k == 0:
			add(v1.VolumeSource{EmptyDir: &v1.EmptyDirVolumeSource{}})
		case k == 1 && disks:
			add(v1.VolumeSource{Ephemeral: &v1.EphemeralVolumeSource{VolumeClaimTemplate: &v1.PersistentVolumeClaimTemplate{}}})
		case k < 10 && disks:
			ro := g.p(50)
			switch g.IntN(4) {
			case 0:
				add(v1.VolumeSource{GCEPersistentDisk: &v1.GCEPersistentDiskVolumeSource{PDName: pick(g, "d1", "d2"), ReadOnly: ro}})
			case 1:
				add(v1.VolumeSource{AWSElasticBlockStore: &v1.AWSElasticBlockStoreVolumeSource{VolumeID: pick(g, "vol-1", "vol-2"), ReadOnly: ro}})
			case 2:
				add(v1.VolumeSource{ISCSI: &v1.ISCSIVolumeSource{TargetPortal: "10.0.0.1", IQN: pick(g, "iqn.a", "iqn.b"), ReadOnly: ro}})
			case 3:
				add(v1.VolumeSource{RBD: &v1.RBDVolumeSource{CephMonitors: some(g, 1+g.IntN(2), "m1", "m2", "m3"), RBDImage: pick(g, "i1", "i2"), RBDPool: pick(g, "rbd", "rbd", "p2"), ReadOnly: ro}})
			}
		case k == 19 && missing && g.p(30):
			add(v1.VolumeSource{PersistentVolumeClaim: &v1.PersistentVolumeClaimVolumeSource{ClaimName: "no-such-claim"}})
		case len(s.claims) > 0:
			add(v1.VolumeSource{PersistentVolumeClaim: &v1.PersistentVolumeClaimVolumeSource{ClaimName: pick(g, s.claims...).Name}})
		}
	}
}

func volumeSuite(name, about string, n int, disks, missing bool, pl func(c *pluginCase) fwk.Plugin) {
	suite(name, about, n, func(f *vec.File, ta tally) {
		c := newPluginCase(f, 2, 6, 8, true)
		s := c.g.newStorage(c.g.IntN(9), 1+c.g.IntN(7))
		for _, n := range c.nodes {
			n.Status.Images = nil
		}
		for _, p := range c.pods {
			if c.g.p(75) {
				c.g.mount(p, s, disks, missing)
			}
		}
		if c.g.p(95) {
			c.g.mount(c.pod, s, disks, missing)
		}
		c.slim()
		c.build()
		defer c.w.cancel()
		s.fill(c.w)
		in := c.in()
		s.in(in)
		f.Case("", in, c.filter(pl(c), ta))
	})
}

func recordVolumes() {
	volumeSuite("filter-volumerestrictions", "VolumeRestrictions.PreFilter and Filter per node", 200, true, true,
		func(c *pluginCase) fwk.Plugin {
			return make1(volumerestrictions.New(c.w.ctx, nil, c.w.spy.Framework, gates()))
		})
	volumeSuite("filter-nodevolumelimits", "NodeVolumeLimits.PreFilter and Filter per node", 250, false, false,
		func(c *pluginCase) fwk.Plugin {
			return make1(nodevolumelimits.NewCSI(c.w.ctx, nil, c.w.spy.Framework, gates()))
		})
	volumeSuite("filter-volumebinding", "VolumeBinding.PreFilter and Filter per node", 350, false, true, func(c *pluginCase) fwk.Plugin {
		return make1(volumebinding.New(c.w.ctx, &config.VolumeBindingArgs{BindTimeoutSeconds: 600}, c.w.spy.Framework, gates()))
	})
	volumeSuite("filter-volumezone", "VolumeZone.PreFilter and Filter per node", 250, false, true,
		func(c *pluginCase) fwk.Plugin { return make1(volumezone.New(c.w.ctx, nil, c.w.spy.Framework, gates())) })
	recordVolumePlacement()
}

// recordVolumePlacement schedules pods that have volumes one after another. What a cycle assumes of claims holds for the next.
func recordVolumePlacement() {
	f := vec.Create("scheduler/placement-volumes", "the whole scheduling cycle of pods with volumes, as scheduler/placement")
	defer f.Close()
	ta := tally{}
	for i := range vec.N(60) {
		nodes := pick(&gen{Rand: f.Rand}, 2, 3, 4, 5, 6, 8, 10)
		s := newScenario(f, nodes, 1+f.Rand.IntN(4), 3+f.Rand.IntN(4), f.Rand.IntN(nodes+2), 10+f.Rand.IntN(14))
		st := s.gen.newStorage(f.Rand.IntN(9), 2+f.Rand.IntN(7))
		for _, p := range s.gen.podT {
			if s.gen.p(85) {
				s.gen.mount(p, st, false, true)
			}
		}
		w := s.build(1)
		st.fill(w)
		var out []*decision
		budget := 60
		for _, e := range s.queue {
			d := w.schedule(namedPod(s.gen.podT[e[1].(int)], e[0].(string)), budget > 0)
			budget -= len(w.spy.visited)
			ta.decision(d, len(w.nodes))
			out = append(out, d)
		}
		w.cancel()
		for k := range s.queue {
			s.queue[k] = s.queue[k][:2]
		}
		in := s.in()
		st.in(in)
		f.Case(fmt.Sprintf("%03d-%d", i, nodes), in, outcome(out))
	}
	ta.print("placement-volumes")
}
