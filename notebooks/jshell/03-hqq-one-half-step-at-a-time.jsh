// 03-hqq-one-half-step-at-a-time.ipynb as a script; made by make.py

// # 03 · HQQ, one half-step at a time
//
// HQQ finds a better **zero** for each group without looking at any data. It minimises
//
// $$\sum |w-\hat w|^{p}, \quad p = 0.7$$
//
// by *half-quadratic* steps: shrink the residual, then move each zero to the best place for that residual, and again. The scale
// stays. Most libraries run all steps and show you the end. Here you take them one by one.
//
// Before you run: after 20 half-steps at 3 bits, how much smaller is the mean error than that of plain rounding? 4 %, 25 %, or half?

magic("param MODEL=natural")

magic("load ${MODEL} --as model")
Model model = Halfstep.value("model")

// ## Start, and take one half-step
//
// Step 0 is rounding to nearest. The picture is one group: its weights in order, and the levels that the codes stand for. After each step it is the group whose zero has moved
// furthest, so it need not be the same one; dotted are the levels where they were at the start, and rings mark the codes that flipped in this step. The curves are of the whole layer.

magic("hqq start 0.down_proj --bits 3 --group 64")

magic("hqq step")

magic("hqq step --to 5")

// Steps are values: going back is free, and going forward again gives the same numbers.

magic("hqq back --to 2")

magic("hqq run --as steps")
List<HqqStep> steps = Halfstep.value("steps")

// `--as steps` left the whole walk in a Java variable, a list of records:

for (HqqStep s : steps)
    if (s.codesChanged() > 0)
        System.out.printf("step %2d  error %.6f  %d codes changed%n", s.index(), s.meanAbsError(), s.codesChanged());

// ## The finding
//
// Compare the first and the last mean |w − ŵ|: on `natural` 20 half-steps are worth 4 %. Was that your guess?
//
// Look at the column *over threshold*. The shrinkage keeps a residual only if it is larger than $\beta^{-1/(2-p)} = 0.170$, and a
// language model's weights are themselves about 0.02 to 0.1. **The half-quadratic part never acts**: each half-step is just "move
// the zero to the mean of what the codes would like". With its default settings HQQ is a least-squares method in disguise.
//
// Is that so because of the model, or because of the scale? Multiply the same weights by 30 and step again:

Matrix w = model.weight("model.layers.0.mlp.down_proj");
Matrix big = w.combine(w, (a, b) -> 30 * a);

magic("hqq start --weights big --bits 2 --group 64")

magic("hqq run")

// Now residuals pass the threshold, and the parameters $p$ and $\beta$ matter. The same matrix, only in other units: **HQQ's prior is not
// scale-invariant.**
//
// ## Branch
//
// From the third step, what if β were 1000, so that the threshold is smaller? Nearly every residual passes it then. Does that help?

magic("hqq back --to 3")

magic("hqq branch --beta 1000")

// It does not: a residual that is kept nearly whole leaves the zero nothing to make up for. The columns *zero shift* and *codes changed* show a walk that stands still.
//
// ## Layer by layer
//
// Do other layers walk differently? The table below the curves has every step; look at the curves first, and at where they become flat.

magic("hqq trace 0.q_proj 0.down_proj 2.down_proj 4.down_proj --bits 3 --group 64")

// ## Try it
//
// Put your answer in the place of the three dots and run the cell.
//
// 1. Find the smallest factor (instead of 30) at which any residual of `0.down_proj` passes the threshold at 2 bits and groups of 64. The table's note names the largest |w − ŵ|; what do you have to
//    multiply it by? (To ±0.1.)

magic("check waking-factor …")

// 2. At 4 bits the library rounds the first zero to a whole code. Does step 1 undo that?
// 3. Run `%hqq start 0.down_proj --bits 3 --solver v2` and walk to the end. The error of which step does it keep, and which step does `legacy` keep?

// > **What the libraries really do.** β is not multiplied by κ in the released version of hqq, the stopping rule looks at one error for the whole
// > matrix, and the step that failed to improve is kept. `docs/algorithms/hqq.md` shows each with its line of code, and the
// > test that compares every code with the library's.
//
// **Sources.** hqq 0.2.8 `core/optimize.py`; the article at <https://mobiusml.github.io/hqq_blog/>.
//
// *Next: 04, is the prox needed?*

/exit
