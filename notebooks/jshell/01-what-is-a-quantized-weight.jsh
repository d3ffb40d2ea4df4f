// 01-what-is-a-quantized-weight.ipynb as a script; made by make.py

// # 01 · What is a quantized weight?
//
// A language model is a few hundred matrices of numbers. Quantization stores each number as a small whole **code** and lets a
// group of neighbours share one **scale** and one **zero**:
//
// $$\hat w = (\text{code} - \text{zero}) \cdot \text{scale}$$
//
// Before you run anything: how large do you think the error of 4-bit codes is, as a share of the weights themselves?
// 1 %, 10 %, or 30 %? And by how much does each bit less multiply it?

// ## Eight numbers by hand
//
// Two bits give four codes, 0 to 3. The smallest and the largest weight get the ends.

Matrix w = Matrix.of(1, 8, -0.9f, -0.5f, -0.1f, 0.0f, 0.2f, 0.3f, 0.6f, 1.5f);
QuantizedMatrix q = RoundToNearest.quantize(w, QuantSpec.of(2, 8));
System.out.println("scale " + q.params().scale(0) + ", zero " + q.params().zero(0));
for (int i = 0; i < 8; i++)
    System.out.printf("%5.2f → code %d → %5.2f%n", w.at(i), q.codes().at(i), q.dequantized().at(i));

// Every code stands for one of four values, 0.8 apart. Change the 1.5 into 5.0 and run the cell again: one large weight makes the
// grid coarse for its whole group. That is the problem every method in this series works on.
//
// ## A real model
//
// `natural` is a small Llama-shaped model that ships with these notebooks: five blocks, 1.25 million weights, trained on
// public-domain books and open-source code. It is small, but it is a real model: it was trained until it predicts text.

magic("param MODEL=natural")

magic("load ${MODEL} --as model")
Model model = Halfstep.value("model")

// Rounding is also where HQQ, the first method of this series, starts. So its first picture, step 0, is a picture of rounding; what is said below it about β and a
// threshold is for notebook 03.

magic("hqq start 1.down_proj --bits 3 --group 64")

// The dots are the 64 weights of one group, the lines are the eight values that 3-bit codes can stand for. Each weight moves to the nearest line.
//
// ## Bits and groups
//
// Fewer bits: fewer steps. Smaller groups: a scale fits its neighbours better, but there are more scales to store. The column
// **bits/weight** counts them: a "4-bit" weight with groups of 64 costs 4.5 bits. Each width comes twice: with a zero that is any number (*float zero*, as hqq has it), and with one
// that is a whole code (*integer zero*, as AWQ and GPTQ have it), which is shorter to store.

magic("bench 1.down_proj --methods rtn --bits 2,3,4,8 --group 64")

// Read the column ‖w − ŵ‖ / ‖w‖: about a tenth at 4 bits, and **each bit less doubles it**, as the steps become twice as wide. Now 3 bits, in groups of other sizes:

Matrix layer = model.weight("model.layers.1.mlp.down_proj");
for (int group : new int[] {16, 32, 64, 128, 384}) {
    QuantizedMatrix three = RoundToNearest.quantize(layer, QuantSpec.of(3, group));
    double error = ErrorMetrics.between(layer, three.dequantized()).relativeFrobenius();
    System.out.printf("groups of %3d: %.2f bits per weight, relative error %.3f%n", group, three.bitsPerWeight(), error);
}

// A group twice as large saves bits, and its error grows, since its scale has to reach the largest of more weights.
//
// ## Does the model notice?
//
// An error in a weight is not yet an error in what the model says. The honest measure is the **divergence** (KL) between the
// original's next-word probabilities and the quantized model's, averaged over a text, with its standard error.

magic("bench model --methods rtn --bits 2,3,4,8 --group 64 --tokens 2048")

// ## Try it
//
// Put your answer in the place of the three dots and run the cell.
//
// 1. The eight numbers again, with 5.0 in place of 1.5. What is the scale of 2-bit codes now? (Two decimals; by hand first, then change the cell.)

magic("check scale-by-hand …")

// 2. What does a weight of `1.down_proj` cost in 3 bits with one group per row? Use `%bench 1.down_proj --methods rtn --bits 3 --group row`. (Two decimals, of the row *float zero*.)

magic("check bits-of-rows …")

// 3. Run the notebook again with the other model: change `MODEL=natural` to `MODEL=salient` above. Which numbers move most?

// > **What the libraries really do.** hqq stores the zero as a float, AWQ and GPTQ round it to a code, and both call it round to nearest. In a group whose weights are all
// > equal the range is 0 and so is the scale: hqq takes 1 there, others have divided by it.
//
// **Sources.** Round to nearest with float zeros: hqq `core/quantize.py`; with integer zeros: the AWQ paper's baseline. See
// `docs/algorithms/rtn.md` for where they differ.
//
// *Next: 02, where do the bits go?*

/exit
