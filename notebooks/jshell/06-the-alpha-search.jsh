// 06-the-alpha-search.ipynb as a script; made by make.py

// # 06 · The α search
//
// AWQ's scales have one degree of freedom: a ratio, α in the paper, that says how far a channel's scale follows its salience,
// $s_c = \bar x_c^{\,\alpha}$. At α = 0 nothing happens, at α = 1 every channel is scaled until all are equally loud. The libraries try twenty
// values, keep the best one and throw the other nineteen away.
//
// Before you run: where is the best α, near 0, near ½, near 1? And is it the same for the inputs of attention and for those of the MLP?

magic("param MODEL=salient")

magic("load ${MODEL} --as model")
Model model = Halfstep.value("model")

// ## By hand
//
// One layer, its inputs while the model reads, and the equation as a line of Java. Nothing is hidden in a command here.

String layer = "model.layers.0.mlp.gate_proj";
String text = Files.readString(Path.of("data/calibration.txt"));
Matrix x = model.capture(0, TokenWindows.cut(model.tokenizer().encode(text), 256).first(4)).input(layer);
Matrix w = model.weight(layer), y = Matmul.timesTransposed(x, w);
Salience loud = Salience.of(Activations.of(x));

ChannelScales scales(double alpha) {
    float[] s = loud.toArray();
    for (int c = 0; c < s.length; c++) s[c] = (float) Math.pow(s[c], alpha);
    return ChannelScales.of(s);
}

double loss(double alpha) {
    QuantSpec spec = QuantSpec.of(3, 64).with(ZeroPoint.INTEGER);
    Matrix q = ScaledThen.quantize(w, scales(alpha), spec, RoundToNearest::quantize).dequantized();
    return ErrorMetrics.between(y, Matmul.timesTransposed(x, q)).meanSquare();
}

for (double alpha = 0; alpha < 1.05; alpha += 0.1) {
    double share = loss(alpha) / loss(0);
    System.out.printf("α %.1f  %.3f %s%n", alpha, share, "▪".repeat((int) (40 * share)));
}

// A valley. To its left the loud channels are rounded as coarsely as the quiet ones; to its right the scaled-up weights stretch the groups that they lie in, and
// everyone else pays.
//
// ## The libraries' search
//
// The same on a whole block. Layers that read the same input share their scales, and each group is judged on what it feeds: the attention's output, the MLP's.
// So the losses are not those of one layer by hand. `--x-only` is the equation above, as llm-awq has it, and then every scale is divided by the square root of
// largest times smallest, so that they lie around 1:

magic("awq search 0 --bits 3 --group 64 --tokens 1024 --x-only --as alone")
List<halfstep.magics.table.ScaleSearch> alone = Halfstep.value("alone")

// Was it one answer, or one for each input? The wide band says that the choice is not sure; the last section comes back to it.
//
// AutoAWQ divides by the weights' own magnitude, too: $s = \bar x^{\,r} / \bar w^{\,1-r}$, "duo scaling". One number still, but it no longer starts at nothing:

magic("awq search 0 --bits 3 --group 64 --tokens 1024 --as duo")
List<halfstep.magics.table.ScaleSearch> duo = Halfstep.value("duo")

// The dashed line is plain rounding. At ratio 0 the first curves begin on it. Do the second?

double first(halfstep.magics.table.ScaleSearch group) { return group.relativeLoss(group.steps().getFirst()); }
double best(halfstep.magics.table.ScaleSearch group) { return group.relativeLoss(group.best()); }
for (int g = 0; g < duo.size(); g++)
    System.out.printf("%-24s at ratio 0: x only %.3f, duo %.3f   best: x only %.3f, duo %.3f%n", duo.get(g).group(),
        first(alone.get(g)), first(duo.get(g)), best(alone.get(g)), best(duo.get(g)));

// Below 1 in the column *duo*: the weights' magnitudes alone already help. Above 1: they harm, and a search that never tries "do nothing" would not know it if that were its best
// point. Here plain rounding is one more candidate (`AwqScaleSearch.identity()`), so the result is never worse on the calibration text.
//
// ## What do scales look like?
//
// "AWQ protects the most salient 1 %" is how it is told. Count how many channels have a scale that is not 1:

ChannelScales chosen = duo.getFirst().best().scales();
float[] s = chosen.toArray();
Arrays.sort(s);
long moved = IntStream.range(0, s.length).filter(c -> Math.abs(s[c] - 1) > 0.01).count();
System.out.printf("%d of %d channels are scaled; smallest %.2f, median %.2f, largest %.2f%n",
    moved, s.length, s[0], s[s.length / 2], s[s.length - 1]);

// All or nearly all of them, and many are scaled *down*. And scaling by itself changes nothing: multiply, divide, and the weights are back.

Matrix there = model.weight("model.layers.0.self_attn.q_proj").copy();
chosen.multiply(there);
chosen.divide(there);
System.out.println(ErrorMetrics.between(model.weight("model.layers.0.self_attn.q_proj"), there));

// ## How sure is it?
//
// Twenty losses from a thousand tokens. Other tokens, another best ratio? Draw the calibration windows anew, two hundred times, and choose again (`%awq search`
// did that, and drew the interval):

for (var group : duo)
    group.bootstrap().ifPresent(b -> System.out.printf("%-24s chosen %.2f, 95 %% of the draws %.2f … %.2f%n",
        group.group(), group.best().ratio(), b.ratio().low(), b.ratio().high()));

// Where an interval takes half of the axis the valley is flat: many ratios are about as good, and the one that was chosen is the luck of these windows.
//
// ## Try it
//
// Put your answer in the place of the three dots and run the cell.
//
// 1. Which ratio does the search with activations alone (`alone`) choose for `gate_proj, up_proj`? (Two decimals.)

magic("check alpha-gate …")

// 2. With duo scaling at ratio 0, what is the loss of the first group beside plain rounding? (Two decimals: 1.00 would be no change.)

magic("check duo-zero …")

// 3. Make the search forget one token in two: `--tokens 512`, then `--tokens 128`. When do the intervals begin to cover half the axis?
// 4. Run with `MODEL=natural`. Which of the valleys are left?

// > **What the libraries really do.** Twenty ratios k/20 from 0 to 0.95: 1 is never tried. Each group is searched on the original model, not on what the groups before it did to its
// > inputs. AutoAWQ then searches clip limits (ten of them, per group of weights); one report finds much of its gain there (LightCompress issue 161). llm-awq, AutoAWQ and
// > llm-compressor throw the curves away; when no loss is finite, AutoAWQ ends with "Best: -1".
//
// **Sources.** AWQ paper, <https://arxiv.org/abs/2306.00978>, section 3.2; AutoAWQ 0.2.9 `quantize/quantizer.py`; `docs/algorithms/awq.md`.
//
// *Next: 07, calibration shift.*

/exit
