// Takes the place of the recorder's own main.go (see ../scheduler-fresh.sh): its suites, and those of this folder.
package main

import (
	"flag"
	"io"
	"slices"
	"strings"

	"k8s.io/klog/v2"
)

var only = flag.String("only", "", "suites to record, separated by commas; empty = all")

func main() {
	klog.InitFlags(nil)
	flag.Parse()
	flag.Set("logtostderr", "false")
	flag.Set("stderrthreshold", "FATAL")
	klog.SetOutput(io.Discard)
	suites := []struct {
		name   string
		record func()
	}{
		{"placement", recordPlacement},
		{"churn", recordChurn},
		{"hostile", recordHostile},
		{"volumes", recordVolumes},
		{"scores", recordScores},
		{"filters", recordFilters},
		{"order", recordOrder},
		{"requests", recordRequests},
	}
	for _, s := range suites {
		if *only == "" || slices.Contains(strings.Split(*only, ","), s.name) {
			s.record()
		}
	}
}
