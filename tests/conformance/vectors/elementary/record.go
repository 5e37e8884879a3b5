// Records what Go's math package returns: `go run record.go` in this folder writes the suites. Seeded, so that another run
// on the same kind of machine writes the same bytes. See README.md.
package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"os"
	"runtime"
)

type header struct {
	Suite string `json:"suite"`
	Go    string `json:"go"`
	Seed  int64  `json:"seed"`
	About string `json:"about"`
}

type arguments struct {
	X []string `json:"x"`
	Y []string `json:"y,omitempty"`
}

type results struct {
	Z []string `json:"z"`
}

type line struct {
	ID  string    `json:"id"`
	In  arguments `json:"in"`
	Out results   `json:"out"`
}

// A class of arguments: its name, how many, and how to make the i-th.
type class struct {
	name  string
	count int
	make  func(r *rand.Rand, i int) (x, y float64)
}

const batch = 64

func bits(x float64) string { return fmt.Sprintf("%016x", math.Float64bits(x)) }

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func record(name, about string, two bool, classes []class, f func(x, y float64) float64) {
	out, err := os.Create(name + ".jsonl.gz")
	check(err)
	z, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	check(err)
	e := json.NewEncoder(z)
	check(e.Encode(header{"elementary/" + name, runtime.Version() + " " + runtime.GOARCH, 1, about}))
	r := rand.New(rand.NewSource(1))
	for _, c := range classes {
		for at := 0; at < c.count; at += batch {
			l := line{ID: fmt.Sprintf("%s-%d", c.name, at/batch)}
			for i := at; i < at+batch && i < c.count; i++ {
				x, y := c.make(r, i)
				l.In.X = append(l.In.X, bits(x))
				if two {
					l.In.Y = append(l.In.Y, bits(y))
				}
				l.Out.Z = append(l.Out.Z, bits(f(x, y)))
			}
			check(e.Encode(l))
		}
	}
	check(z.Close())
	check(out.Close())
}

// The numbers where functions have their special cases and their joints, each with its neighbours.
func edges() []float64 {
	centres := []float64{0, 1, 0.5, 2, 3, math.Sqrt2, math.Sqrt2 / 2, math.E, math.Ln2, math.Ln2 / 2, math.Pi, 10, 0.1,
		1 << 52, 1 << 53, 1 << 62, 1 << 63, 1 << 64, 0x1p-1022, 0x1p-1074, 0x1p-28, 0x1p-54, math.MaxFloat64, 1023, 1024,
		1022, 1074, 1075, 1073.5, 709.782712893384, 708.3964185322641, 745.1332191019411, 744.4400719213812, 1e300, 1e-300}
	var all []float64
	for _, c := range centres {
		for _, x := range []float64{c, math.Nextafter(c, math.Inf(1)), math.Nextafter(c, math.Inf(-1))} {
			all = append(all, x, -x)
		}
	}
	return append(all, math.Inf(1), math.Inf(-1), math.NaN())
}

func one(x func(r *rand.Rand, i int) float64) func(*rand.Rand, int) (float64, float64) {
	return func(r *rand.Rand, i int) (float64, float64) { return x(r, i), 0 }
}

func anyBits(r *rand.Rand, _ int) float64 { return math.Float64frombits(r.Uint64()) }

func between(low, high float64) func(*rand.Rand, int) float64 {
	return func(r *rand.Rand, _ int) float64 { return low + r.Float64()*(high-low) }
}

// 2^low .. 2^high, even in the exponent.
func scaled(low, high float64) func(*rand.Rand, int) float64 {
	return func(r *rand.Rand, _ int) float64 { return math.Ldexp(0.5+r.Float64()/2, int(low+r.Float64()*(high-low))) }
}

func signed(f func(*rand.Rand, int) float64) func(*rand.Rand, int) float64 {
	return func(r *rand.Rand, i int) float64 {
		if r.Intn(2) == 0 {
			return -f(r, i)
		}
		return f(r, i)
	}
}

func main() {
	edge := edges()
	edgeClass := class{"edge", len(edge), one(func(_ *rand.Rand, i int) float64 { return edge[i] })}
	anyClass := class{"any-bits", 1024, one(anyBits)}

	exps := []class{edgeClass, anyClass,
		{"moderate", 4096, one(between(-20, 20))},
		{"small", 1024, one(signed(scaled(-60, 0)))},
		{"all", 2048, one(between(-750, 712))},
		{"subnormal-result", 512, one(between(-746, -706))}}
	record("exp", "math.Exp", false, exps, func(x, _ float64) float64 { return math.Exp(x) })

	exp2s := []class{edgeClass, anyClass,
		{"moderate", 4096, one(between(-20, 20))},
		{"small", 1024, one(signed(scaled(-60, 0)))},
		{"all", 2048, one(between(-1080, 1025))},
		{"whole", 1100, one(func(_ *rand.Rand, i int) float64 { return float64(2*i - 1078) })}}
	record("exp2", "math.Exp2", false, exp2s, func(x, _ float64) float64 { return math.Exp2(x) })

	logs := []class{edgeClass, anyClass,
		{"near-one", 2048, one(func(r *rand.Rand, i int) float64 { return 1 + signed(scaled(-52, -1))(r, i) })},
		{"moderate", 4096, one(scaled(-12, 12))},
		{"all", 2048, one(scaled(-1021, 1024))},
		{"counts", 1024, one(func(_ *rand.Rand, i int) float64 { return float64(i) })}}
	record("log", "math.Log", false, logs, func(x, _ float64) float64 { return math.Log(x) })
	record("log2", "math.Log2", false, logs, func(x, _ float64) float64 { return math.Log2(x) })

	pows := []class{
		{"edges", len(edge) * len(edge) / 8, func(r *rand.Rand, _ int) (float64, float64) {
			return edge[r.Intn(len(edge))], edge[r.Intn(len(edge))]
		}},
		{"any-bits", 1024, func(r *rand.Rand, i int) (float64, float64) { return anyBits(r, i), anyBits(r, i) }},
		{"moderate", 4096, func(r *rand.Rand, i int) (float64, float64) {
			return scaled(-12, 12)(r, i), between(-20, 20)(r, i)
		}},
		{"all", 2048, func(r *rand.Rand, i int) (float64, float64) {
			x := scaled(-100, 100)(r, i)
			return x, between(-1100, 1100)(r, i) / math.Log2(x)
		}},
		{"whole-exponent", 1024, func(r *rand.Rand, i int) (float64, float64) {
			return signed(scaled(-3, 3))(r, i), float64(r.Intn(401) - 200)
		}},
		{"bucket-ratio", 512, func(_ *rand.Rand, i int) (float64, float64) { return 1.05, float64(i) }},
		{"near-one", 512, func(r *rand.Rand, i int) (float64, float64) {
			return 1 + signed(scaled(-52, -20))(r, i), signed(scaled(0, 60))(r, i)
		}}}
	record("pow", "math.Pow", true, pows, math.Pow)

	wholes := []class{edgeClass, anyClass,
		{"halves", 512, one(func(_ *rand.Rand, i int) float64 { return float64(i-256) / 2 })},
		{"near-halves", 512, one(func(r *rand.Rand, i int) float64 {
			return math.Nextafter(float64(i-256)/2, float64(r.Intn(2)*1000-500))
		})},
		{"moderate", 512, one(signed(scaled(-3, 54)))}}
	record("floor", "math.Floor", false, wholes, func(x, _ float64) float64 { return math.Floor(x) })
	record("ceil", "math.Ceil", false, wholes, func(x, _ float64) float64 { return math.Ceil(x) })
	record("trunc", "math.Trunc", false, wholes, func(x, _ float64) float64 { return math.Trunc(x) })
	record("round", "math.Round", false, wholes, func(x, _ float64) float64 { return math.Round(x) })
}
