// 11-rare-experts-and-drafts.ipynb as a script; made by make.py

// # 11 · Rare experts and drafts
//
// Two places where quantization meets something else. In a **mixture of experts** a router sends each token to two of several MLPs, so a calibration text may hardly reach some of them. And in **speculative
// decoding** a cheap model proposes tokens and the real one checks them, so an error costs time, never quality.
//
// Before you run: AWQ in 3 bits, calibrated on 64 tokens. An expert that saw two of them: is it better or worse than plain rounding? And a 2-bit copy of a model as its own draft: which share of its tokens is kept?

magic("load experts --as mixture")
Model mixture = Halfstep.value("mixture")

// ## Who reads what?
//
// `experts` is a small Mixtral, three blocks of six experts. The first half of each text calibrates, the second half evaluates.

magic("lab experts --bits 3 --sizes 64,512 --mixed 3:3,4:3 --tokens 2048 --ctx 128 --as study")
halfstep.lab.experts.ExpertStudy study = Halfstep.value("study")

// In the first figure prose and Java go to different experts: those that read Java are nearly idle in prose. The second figure is the price: each dot is an expert's error under AWQ, beside rounding, by the tokens
// that reached it in calibration. The same as means:

study.bySeen().forEach(System.out::println)

// An interval above 1 means worse than rounding for certain, below 1 better. HQQ looks at no text and cannot starve:

System.out.println(study.hqq())

// Who is the worst off, and on what did it starve?

var worst = study.bySeen().stream().max(Comparator.comparing(b -> b.worst())).get();
System.out.printf("expert %s: %.2f times rounding's error after %d tokens of %s%n", worst.worstExpert().expert().label(),
    worst.worst(), worst.worstExpert().seen(), worst.worstExpert().calibration());

// The cure is dull: more text, of every kind. How many experts stay below 64 tokens?

for (var row : study.bySize())
    System.out.printf("%-20s AWQ/rounding %.3f, worst expert %.2f%n", row.group(), row.ratio(), row.worst());

// ## A draft
//
// Let $p$ be the model's probabilities for the next token and $q$ the draft's. A token drawn from $q$ is kept with probability $\min(1, p/q)$, so the share kept is $\sum_i \min(p_i, q_i)$: the overlap of
// the two. What is refused is drawn anew from what $p$ has more of, and so the text is distributed exactly as if the model had written it alone.
//
// By hand, at one place in a text, with a draft that is the model in 2 bits:

magic("load natural --as model")
Model model = Halfstep.value("model")

Map<String, Matrix> rounded = new LinkedHashMap<>();
for (String layer : model.layers())
    rounded.put(layer, RoundToNearest.quantize(model.weight(layer), QuantSpec.of(2, 64)).dequantized());
Model draft = model.withWeights(rounded);
int[] window = model.tokenizer().encode("The old man had measured the field twice, and");

double[] next(Model m) {
    float[] z = m.logits(window).row(window.length - 1);
    double[] p = IntStream.range(0, z.length).mapToDouble(i -> Math.exp(z[i])).toArray();
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(v -> v / sum).toArray();
}

double[] p = next(model), q = next(draft);
double kept = IntStream.range(0, p.length).mapToDouble(i -> Math.min(p[i], q[i])).sum();
System.out.printf("%.1f %% of the draft's tokens would be kept here%n", 100 * kept);

// ## Many places
//
// The model writes texts, and quantized forms of it are judged as drafts. The last two columns are times and differ from run to run; all else is the same each time.

magic("lab draft --drafts rtn2,hqq2,hqq3,hqq4 --texts 8 --length 48 --samples 300 --seconds 0.02 --as drafts")
halfstep.lab.draft.DraftStudy drafts = Halfstep.value("drafts")

for (var row : drafts.rows())
    System.out.printf("%-5s %.2f bits  kept %.1f %% [%.1f, %.1f]  %.2f tokens per check of 4%n", row.name(), row.bitsPerWeight(), 100 * row.acceptance().value(),
        100 * row.acceptance().low(), 100 * row.acceptance().high(), row.gain().tokensPerPass(4));

// ## Does it pay?
//
// Suppose that time is bytes, as in notebook 10: a draft of $b$ bits costs $b/B$ of a model of $B$ bits. Four tokens ahead, beside a model in 16 bits, and beside one that already lies in 4.31 bits:

for (var row : drafts.rows()) {
    double wide = row.bitsPerWeight() / 16, narrow = row.bitsPerWeight() / 4.31;
    System.out.printf("%-5s beside 16 bits × %.2f, beside 4.31 bits × %.2f%n", row.name(),
        row.gain().speedUp(4, wide, 1), row.gain().speedUp(4, narrow, 1));
}

// A number below 1 is slower than without a draft. Who draws the conclusion "a 2-bit draft is free" has compared it with a model in full precision.
//
// ## Try it
//
// Put your answer in the place of the three dots and run the cell.
//
// 1. $p$ = (0.5, 0.3, 0.2) and $q$ = (0.2, 0.5, 0.3). Which share of the draft's tokens is kept?

magic("check kept-share …")

// 2. Acceptance 0.8, one token ahead, and a draft that costs 0.6 of the model: how many times as fast? (Three decimals.) `new halfstep.lab.draft.Gain(0.8)` has the formula; try it without.

magic("check draft-gain …")

// 3. Find the starved expert of the first figure and calibrate on the text it likes: `--text java.txt`. What becomes of its dot?

// > **What the libraries really do.** AutoAWQ's Mixtral gives w1 and w3 of *all* experts one scale, folded into the norm before the router; only w2 is searched expert by expert, with the tokens that reached it. The router reads the
// > scaled norm, too, and AutoAWQ does not correct it; here it is. NVIDIA's ModelOpt crashed on experts with no token (issues 1142, 1354); here they keep plain rounding and are named.
//
// **Sources.** Y. Leviathan and others, "Fast inference from transformers via speculative decoding", <https://arxiv.org/abs/2211.17192>; `docs/laboratory.md`, "experts" and "draft"; `models/README.md` on `experts`.
//
// *Next: 12, your own model.*

/exit
