// 05-one-percent-of-the-channels.ipynb as a script; made by make.py

// # 05 · One percent of the channels
//
// AWQ starts from an observation: a few input channels of a layer are driven much harder than the rest, so an error in *their* weights
// costs more. It does not keep those weights in higher precision; it multiplies them up before rounding and divides afterwards.
//
// Two models, trained alike on the same text: `natural` as it came, and `salient`, in which four channels of every norm started eight times
// larger, so that there is something to find. Before you run: what share of all activation do you expect the strongest 1 % of channels to carry?

magic("param MODEL=salient")

magic("load ${MODEL} --as model")
Model model = Halfstep.value("model")

magic("awq salience 0.q_proj")

// Each bar is one input channel: the mean of |x| over a calibration text. Compare with the model that has nothing planted:

magic("load natural")

magic("awq salience 0.q_proj")

// ## The search
//
// One number decides all scales: the *ratio* $r$ in $s = \bar x^{\,r} / \bar w^{\,1-r}$. AWQ tries twenty and keeps the one whose rounded weights change the
// block's output least. The libraries throw the other nineteen away; here they are the picture.

magic("load ${MODEL}")

magic("awq search 0 --bits 3 --group 64 --as search")
List<halfstep.magics.table.ScaleSearch> search = Halfstep.value("search")

// The dashed line is plain rounding ($s = 1$). Where the curve stays above it, the scales do harm; where it dips, AWQ has found something.
// `o_proj` is left out: with grouped-query attention its scale has nowhere to go.

// ## Keep a few channels exactly
//
// What if the strongest channels were kept in float32? One percent of 128 channels is a single one, so take four. First the inputs of
// one layer, recorded while the model reads a text:

String text = Files.readString(Path.of("data/calibration.txt"));
TokenWindows windows = TokenWindows.cut(model.tokenizer().encode(text), 256).first(8);
String layer = "model.layers.0.mlp.gate_proj";
Matrix w = model.weight(layer), x = model.capture(0, windows).input(layer);
Matrix y = Matmul.timesTransposed(x, w);

double errorKeeping(int... channels) {
    Matrix q = RoundToNearest.quantize(w, QuantSpec.of(3, 64)).dequantized();
    for (int c : channels)
        for (long r = 0; r < w.rows(); r++) q.set(r, c, w.get(r, c));
    return ErrorMetrics.between(y, Matmul.timesTransposed(x, q)).relativeFrobenius();
}

int[] loudest = Salience.of(Activations.of(x)).top(4.0 / 128);
int[] chance = new Random(1).ints(0, 128).distinct().limit(4).toArray();
System.out.printf("nothing kept      %.4f%n", errorKeeping());
System.out.printf("four at random    %.4f%n", errorKeeping(chance));
System.out.printf("the four loudest  %.4f%n", errorKeeping(loudest));

// The numbers are the relative error of the layer's *output*. Which four are kept matters, and only the activations know.
//
// ## Does it pay on the whole model?

magic("bench model --methods rtn,hqq,awq --bits 3 --group 64 --tokens 2048")

// Mind the column **bits/weight**: AWQ rounds with integer zeros, so its fair rival is *rtn integer zero* at the same cost. HQQ and
// *rtn float zero* store a 16-bit zero per group where AWQ stores a 3-bit one, and hqq's packing spends 32 bits on ten 3-bit codes. And mind
// the **± se**: means closer than about two of them may be equal.
//
// ## Try it
//
// Put your answer in the place of the three dots and run the cell.
//
// 1. By which factor does keeping the four loudest channels multiply the error of keeping none? (Two decimals, from the figures above.)

magic("check kept-loudest …")

// 2. `%awq search 0 --bits 3 --group 64 --x-only`: without the weights' share in the formula, the point at ratio 0 is plain rounding. Is its loss the dashed line's?
// 3. Run the notebook with `MODEL=natural`. How much of AWQ's lead over its rival is left?

// > **What the libraries really do.** With duo scaling ratio 0 is *not* plain rounding; clipping, which AutoAWQ does after this search, is not part of this
// > notebook. No library keeps one per cent of the channels in high precision: that was the paper's first experiment, and scales are its answer.
//
// **Sources.** AWQ paper, section 3; AutoAWQ `quantize/quantizer.py`; `docs/algorithms/awq.md`.
//
// *Next: 06, the α search.*

/exit
