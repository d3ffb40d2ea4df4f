// verdicts.ipynb as a script; made by make.py

// # Verdicts: what the article says, what this run finds
//
// The series follows an article on HQQ, AWQ and how to choose between them. It makes 46 claims that can be checked. Here each becomes a
// row: the quotation, the experiment, the data, the result with its interval, and a verdict.
//
// | verdict | means |
// |---|---|
// | holds | the figures of this run bear it out |
// | simplified | part of it holds, and the row says what is missing |
// | false here | the figures of this run contradict it |
// | cannot be tested here | the interval decides nothing; or it is about other software, and was *read* in a named version, on a date |
//
// No verdict is written down: change `MODEL`, run all, and verdicts may change. They are true of the model that is loaded and of no other.
// The embedded models have 1.3 million parameters. Before you run: of 46, how many will hold?

magic("param MODEL=natural")

magic("load ${MODEL} --as model")
Model model = Halfstep.value("model")

// ## The sheet

enum Says { HOLDS, SIMPLIFIED, FALSE_HERE, CANNOT_BE_TESTED_HERE }
record Claim(int n, String quote, String experiment, String data, String result, Says says, String why) {}
SortedMap<Integer, Claim> sheet = new TreeMap<>();
String data = model.folder().getFileName().toString();

void claim(int n, String quote, String experiment, String result, Says says, String why) {
    boolean open = says == Says.CANNOT_BE_TESTED_HERE && !why.contains("as read");
    sheet.put(n, new Claim(n, quote, experiment, data, result, says, open ? "the interval decides nothing; " + why : why));
}
String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
}

// Intervals decide. A difference below 0 for certain is a *yes*, above 0 for certain a *no*, and an interval that holds 0 decides nothing.

Says yes(boolean yes) { return yes ? Says.HOLDS : Says.FALSE_HERE; }
Says partly(boolean all, boolean some) { return all ? Says.HOLDS : some ? Says.SIMPLIFIED : Says.FALSE_HERE; }
Says below0(PairedComparison d) { return d.isDecided() ? yes(d.high() < 0) : Says.CANNOT_BE_TESTED_HERE; }
String text(PairedComparison d) {
    return say("%+.4f [%+.4f, %+.4f] nats, %d windows", d.meanDifference(), d.low(), d.high(), d.n());
}

Says of(halfstep.lab.Verdict verdict) {
    return switch (verdict.outcome()) {
        case HOLDS -> Says.HOLDS;
        case FAILS -> Says.FALSE_HERE;
        case UNDECIDED -> Says.CANNOT_BE_TESTED_HERE;
    };
}

// ## Methods at every width
//
// One ladder serves many claims: rounding, HQQ and AWQ at three widths; KL of the whole model, window by window.

magic("lab baseline --methods rtn,hqq,awq --bits 2,3,4 --group 64 --tokens 512 --ctx 64 --as ladder")
halfstep.lab.baseline.Ladder ladder = Halfstep.value("ladder")

halfstep.lab.baseline.Rung rung(String label) {
    return ladder.rungs().stream().filter(r -> r.solver().label().equals(label)).findFirst().orElseThrow();
}
PairedComparison beside(String one, String other) {
    return PairedVariants.of(rung(one).divergence(), rung(other).divergence(), 1).kl();
}

PairedComparison edge = beside("hqq 4 bit g64", "awq 4 bit g64");
claim(21, "HQQ often shows a slight edge … at the 4-bit level", "KL of hqq − awq, 4 bit g64", text(edge), below0(edge),
    say("in %.2f and %.2f bits per weight", rung("hqq 4 bit g64").bitsPerWeight(), rung("awq 4 bit g64").bitsPerWeight()));

// "At 2 and 3 bits" must mean at equal cost. HQQ stores 16-bit zeros where AWQ's are as short as a code, so HQQ is put beside the point
// on AWQ's line that has HQQ's own bits per weight.

var line = ladder.rungs().stream().filter(r -> r.solver().method().label().equals("awq")).toList();
var two = halfstep.lab.baseline.EqualBits.of(rung("hqq 2 bit g64"), line, 1).orElseThrow();
var three = halfstep.lab.baseline.EqualBits.of(rung("hqq 3 bit g64"), line, 1).orElseThrow();
boolean decided = two.low() > 0 || three.low() > 0 || (two.high() < 0 && three.high() < 0);
claim(22, "it dominates at the 2-bit and 3-bit levels", "KL at equal bits per weight", two + "; " + three,
    decided ? yes(two.high() < 0 && three.high() < 0) : Says.CANNOT_BE_TESTED_HERE,
    "it must win at both; AWQ's KL lies between its two neighbouring widths");

PairedComparison at3 = beside("awq 3 bit g64", "rtn 3 bit g64 integer zero");
PairedComparison at2 = beside("awq 2 bit g64", "rtn 2 bit g64 integer zero");
boolean helps = at3.high() < 0 || at2.high() < 0;
claim(23, "AWQ is mostly 4-bit", "KL of awq − rtn at 3 and at 2 bits", text(at3) + "; " + text(at2),
    helps ? Says.SIMPLIFIED : Says.HOLDS, helps ? "its kernels are; its search helps below, too" : "below it does not help");

var bold = ladder.threeBitHqqBeatsFourBitRounding(1).orElseThrow();
double saved = 1 - rung("hqq 3 bit g64").bitsPerWeight() / rung("rtn 4 bit g64 integer zero").bitsPerWeight();
claim(33, "3-bit HQQ often outperforms 4-bit RTN while … 25% smaller", "KL, groups of 64",
    say("%s %.0f %% smaller.", bold.because(), 100 * saved), of(bold), "rounding has groups here, too");

PairedComparison base = beside("awq 4 bit g64", "rtn 4 bit g64 integer zero");
claim(46, "Start with 4-bit AWQ as your baseline", "KL of awq − rtn, 4 bit g64", text(base), below0(base),
    say("put hqq beside it, too: KL %.4f without data, awq %.4f", rung("hqq 4 bit g64").kl(), rung("awq 4 bit g64").kl()));

// ## Time
//
// Every layer of this model in 4 bits: HQQ without data, AWQ with four windows of text. Times are noisy, so a ratio of times has an interval, too:
// the one's quick runs over the other's slow ones, and the reverse. A bound inside it cannot be decided in this run.

record Ratio(double low, double median, double high) {
    static Ratio of(Timing one, Timing other) {
        return new Ratio(one.quantile(0.1) / other.quantile(0.9), one.quantile(0.5) / other.quantile(0.5),
            one.quantile(0.9) / other.quantile(0.1));
    }
    boolean decides(double... bounds) { return Arrays.stream(bounds).noneMatch(b -> low <= b && b <= high); }
    public String toString() { return say("%.2f [%.2f, %.2f]", median, low, high); }
}

Calibration windows4 = Calibration.ofText(Path.of("data/calibration.txt"), model.tokenizer(), 4, 128);
double nanos(QuantMethod method) {
    long start = System.nanoTime();
    QuantSpec spec = method.fitted(QuantSpec.of(4, 64));
    new LayerQuantizer(LayerSource.of(model), model.layers(), spec, method, windows4).run(layer -> {});
    return System.nanoTime() - start;
}

Timing time(QuantMethod method, int times) {
    return new Timing(IntStream.range(0, times).mapToObj(i -> nanos(method)).toList(), 1);
}
nanos(QuantMethod.Hqq.DEFAULT);
Ratio slower = Ratio.of(time(QuantMethod.Awq.DEFAULT, 2), time(QuantMethod.Hqq.DEFAULT, 9));
claim(13, "AWQ 30–60 minutes … HQQ minutes", "time for all layers, awq over hqq", slower.toString(),
    slower.decides(2, 10) ? partly(slower.low() > 10, slower.low() > 2) : Says.CANNOT_BE_TESTED_HERE,
    "ten times is minutes against an hour, twice is a part of it; the minutes are other machines'");

// ## HQQ's own steps

magic("hqq trace 0.down_proj --bits 3")

Matrix w = model.weight("model.layers.0.mlp.down_proj");
HqqSolver solver = new HqqSolver(w, QuantSpec.of(3, 64), QuantMethod.Hqq.DEFAULT);
List<HqqStep> steps = solver.steps().toList();
Matrix first = steps.getFirst().params().scales(), last = steps.getLast().params().scales();
double moved = ErrorMetrics.between(first, last).maxAbs();
double active = steps.stream().mapToDouble(HqqStep::shrinkActive).max().orElseThrow();
long flips = steps.stream().mapToLong(HqqStep::codesChanged).sum();

claim(8, "solves for the quantized weight matrix W_q and the scaling factors", "scales, first and last step",
    say("largest change %.1e", moved), yes(moved > 0), "zeros move; scales stay where the range put them");

claim(9, "the Frobenius norm of the error", "share of weights over the shrink threshold",
    say("at most %.2f %% of them, threshold %.3f", 100 * active, solver.shrinkThreshold()),
    active == 0 ? Says.SIMPLIFIED : Says.FALSE_HERE, "the code has |e|^0.7; where no weight is over the threshold, the effect is a square");

claim(10, "alternates between the integer part and the floating point part", "codes and scales, step by step",
    say("%d codes changed, scales by %.1e", flips, moved), partly(flips > 0 && moved > 0, flips > 0),
    "codes are rounded anew, not solved for, and of the floating point part only zeros move");

boolean dataFree = QuantMethod.DataFree.class.isInstance(QuantMethod.Hqq.DEFAULT);
QuantizedMatrix hqq = Quantize.dataFree(w, QuantSpec.of(3, 64), QuantMethod.Hqq.DEFAULT);
ErrorMetrics hqqError = ErrorMetrics.between(w, hqq.dequantized());
claim(11, "doesn't care about activations … purely geometric", "quantized without a text; the method's type",
    hqqError.toString(), yes(dataFree), "and that is its weakness where channels are loud");

claim(14, "privacy: no data needed", "quantized without a text; the method's type", hqqError.toString(), yes(dataFree),
    "a calibrated method's scales say something about its text");

double[] sorted(Matrix m) { return LongStream.range(0, m.size()).mapToDouble(m::at).sorted().toArray(); }
double apart(Matrix a, Matrix b) {
    double[] one = sorted(a), other = sorted(b);
    return IntStream.range(0, one.length).mapToDouble(i -> Math.abs(one[i] - other[i])).average().orElseThrow();
}

Matrix plain = RoundToNearest.quantize(w, QuantSpec.of(3, 64)).dequantized();
double each = hqqError.meanAbs() / ErrorMetrics.between(w, plain).meanAbs() - 1;
double whole = apart(w, hqq.dequantized()) / apart(w, plain) - 1;
claim(12, "as close to the original distribution", "mean |w − ŵ|, and the same of sorted weights, beside rounding",
    say("%+.1f %% and %+.1f %%", 100 * each, 100 * whole), partly(whole < 0 && each >= 0, whole < 0),
    "what falls by design is the error of each weight, not the distance of two distributions");

// ## Bits

Shape large = new Shape(4096, 4096);
double code(int bits) { return EffectiveBits.of(QuantSpec.of(bits, 64), large) - 32.0 / 64; }
String stored = IntStream.of(2, 3, 4, 5, 6, 8).mapToObj(b -> say("%d: %.2f", b, code(b))).collect(Collectors.joining(", "));
claim(20, "2, 3, 4, and 8-bit natively", "bits that a code takes, 4096 × 4096", stored,
    partly(IntStream.of(2, 3, 4, 8).allMatch(b -> code(b) < b + 0.01), code(2) < 2.01), "3 are padded; 5 and 6 are stored as 8");

double fine = EffectiveBits.of(QuantSpec.of(4, 64), large), coarse = EffectiveBits.of(QuantSpec.of(4, 128), large);
claim(30, "group sizes usually 64 or 128 … smaller = more VRAM", "bits per weight, g64 and g128, 4 bit",
    say("%.3f and %.3f", fine, coarse), yes(fine > coarse), "scales and zeros counted");

QuantSpec columns = QuantSpec.of(3, 64).with(Axis.OUT);
ErrorMetrics axis0 = ErrorMetrics.between(w, Quantize.dataFree(w, columns, QuantMethod.Hqq.DEFAULT).dequantized());
double bits0 = EffectiveBits.of(columns, large), bits1 = EffectiveBits.of(QuantSpec.of(3, 64), large);
claim(19, "BaseQuantizeConfig(nbits=3, group_size=64)", "hqq along axis 1 and axis 0",
    say("error %.4f and %.4f, %.2f and %.2f bits", hqqError.relativeFrobenius(), axis0.relativeFrobenius(), bits1, bits0),
    bits0 > 1.01 * bits1 ? Says.SIMPLIFIED : Says.HOLDS, "axis, which it leaves out, changes bits, error and kernels");

var word = halfstep.pack.PackedWord.of(new halfstep.pack.HqqPacking(QuantSpec.of(3, 64)), new Shape(64, 128), 0);
long inWord = word.fields().stream().filter(f -> f.owner() instanceof halfstep.pack.BitOwner.Code).count();
claim(43, "10 elements are packed into a 32-bit integer", "who owns the bits of a word",
    say("%d codes in %d bits, %d unused", inWord, word.bits(), word.unused()), yes(inWord == 10 && word.bits() == 32),
    "hqq's layout; GPTQ puts 32 codes into three words");

// ## AWQ's search and its one per cent

magic("awq search 0 --bits 3 --tokens 1024 --ctx 128 --as searches")
List<halfstep.magics.table.ScaleSearch> searches = Halfstep.value("searches")

float[] s = searches.getFirst().best().scales().toArray();
long scaled = IntStream.range(0, s.length).filter(c -> Math.abs(s[c] - 1) > 0.01).count();
claim(1, "protects the most 'salient' 1% of weights", "channels whose scale is not 1",
    say("%d of %d", scaled, s.length), scaled > 0.05 * s.length ? Says.SIMPLIFIED : Says.HOLDS,
    "one per cent is the motivation; the method scales all");

double[] losses = searches.stream().mapToDouble(g -> g.relativeLoss(g.best())).toArray();
String beside = Arrays.stream(losses).mapToObj(l -> say("%.3f", l)).collect(Collectors.joining(", "));
claim(3, "searches for an optimal scaling factor", "least loss over rounding's, per scale group", beside,
    partly(Arrays.stream(losses).allMatch(l -> l < 1), Arrays.stream(losses).anyMatch(l -> l < 1)), "on a grid of twenty");

double widest = searches.stream().flatMap(g -> g.bootstrap().stream())
    .mapToDouble(b -> b.ratio().high() - b.ratio().low()).max().orElse(0);
claim(15, "AWQ can over-index on certain channels", "ratio chosen on calibration windows drawn anew",
    say("widest 95 %% interval %.2f", widest), partly(widest > 0.3, widest > 0.06), "how far it hangs on the windows; a step is 0.05");

Matrix q = model.weight("model.layers.0.self_attn.q_proj"), back = q.copy();
searches.getFirst().best().scales().multiply(back);
searches.getFirst().best().scales().divide(back);
double warp = ErrorMetrics.between(q, back).relativeFrobenius();
claim(40, "AWQ models are 'warped'", "scales multiplied in and divided out", say("relative difference %.0e", warp),
    warp < 1e-5 ? Says.SIMPLIFIED : Says.HOLDS, "weights are rescaled; before rounding the function is the same");

String story = Files.readString(Path.of("data/calibration.txt"));
TokenWindows read = TokenWindows.cut(model.tokenizer().encode(story), 128).first(8);
List<Double> loudest = new ArrayList<>();
for (int block = 0; block < model.config().layers(); block++) {
    BlockCapture seen = model.capture(block, read);
    for (String layer : seen.layers()) loudest.add(Salience.of(Activations.of(seen.input(layer))).shareOfTop(0.01));
}
double most = Collections.max(loudest), least = Collections.min(loudest);

claim(2, "~1% … responsible for the majority of the activation magnitude", "share of the strongest 1 %, every input",
    say("%.1f to %.1f %% over %d inputs", 100 * least, 100 * most, loudest.size()), partly(least > 0.5, most > 0.5),
    "a matter of the model; large ones have outlier channels");

Matrix x = model.capture(0, read).input("model.layers.0.mlp.down_proj");
Clipping clip = new AwqClipSearch(w, QuantSpec.of(3, 64).with(ZeroPoint.INTEGER), x).best();
claim(4, "does not use traditional fine-tuning", "the search for clip limits that follows the scales",
    say("error falls to %.1f %%, %.1f %% of the groups clipped", 100 * clip.errorRatio(), 100 * clip.shareClipped()),
    clip.errorRatio() < 1 ? Says.SIMPLIFIED : Says.HOLDS, "no gradients, but a second search that the article leaves out");

// ## The wrong text

magic("lab shift --methods awq --bits 2 --shares 0,1 --tokens 384 --measure 768 --ctx 64 --as shift")
halfstep.lab.shift.CalibrationShift shift = Halfstep.value("shift")

var worse = shift.verdicts(1).get(0);
var matters = shift.verdicts(1).get(1);
claim(6, "the salience map will be wrong", worse.claim() + "; " + matters.claim(), worse.because() + " " + matters.because(),
    of(worse) == Says.HOLDS ? Says.HOLDS : of(matters) == Says.HOLDS ? Says.SIMPLIFIED : of(matters),
    "holds if the wrong text is worse than none, simplified if it is only worse than the right one");

// ## Fine-tuning on a quantized base
//
// A short piece of each text is enough: Java is learnt, prose is the text of another kind that AWQ is calibrated on.

Path pieces = Files.createTempDirectory("halfstep");
String piece(String name) throws IOException {
    String whole = Files.readString(Path.of("data", name));
    return Files.writeString(pieces.resolve(name), whole.substring(0, 3000)).toString();
}
String learnt = piece("java.txt"), other = piece("prose.txt");

magic("lab lora --bases awq --bits 3 --on " + learnt + " --other " + other + " --steps 14 --length 32 --batch 2 --rank 4 --as lora")
halfstep.lab.lora.LoraStudy lora = Halfstep.value("lora")

halfstep.lab.Verdict told(String word) {
    return halfstep.lab.lora.LoraClaims.test(lora).stream()
        .filter(v -> v.claim().contains("awq") && v.claim().contains("prose") && v.claim().contains(word)).findFirst().orElseThrow();
}
claim(7, "can negate the gains of your fine-tuning", "LoRA on awq calibrated on prose, learning Java", told("negates").because(),
    of(told("negates")), "a toy: rank 4, 14 steps");

claim(39, "gradient instability on AWQ bases", "norms of LoRA's gradients beside the original's", told("unstable").because(),
    of(told("unstable")), "a toy: rank 4, 14 steps");

// ## Which layers, and the rule of 64 and 128

magic("lab sensitivity --bits 3 --tokens 512 --ctx 64 --as hurt")
halfstep.lab.sensitivity.Sensitivity hurt = Halfstep.value("hurt")

var outputs = halfstep.lab.sensitivity.OutputClaim.test(hurt, 1).getFirst();
String top = hurt.worst(halfstep.lab.sensitivity.SensitivityPart.Kind.ROLE).name();
boolean half = of(outputs) == Says.FALSE_HERE && Set.of("o_proj", "down_proj").contains(top);
claim(31, "output projections and the down-projections … more sensitive", "one role at a time, rtn 3 bit", outputs.because(),
    half ? Says.SIMPLIFIED : of(outputs), "the most sensitive here is " + top);

magic("lab allocate --methods hqq --bits 3 --group 64,128 --tokens 256 --ctx 64 --measure 1536 --as spent")
halfstep.lab.allocation.Allocations spent = Halfstep.value("spent")

var rule = spent.ruleVerdicts(1).getFirst();
claim(32, "64 for MLP … 128 for self-attention", "the best allocation within the rule's bytes, hqq 3 bit", rule.because(),
    of(rule), "the rule would have to be as good as what its bytes can buy");

// ## Memory

magic("lab plan llama-30b --vram 24GiB --ctx 2048 --bits 4,3 --as card")
halfstep.lab.memory.ServingPlan card = Halfstep.value("card")

String before = data;
data = "shape of llama-30b";
var fits = card.threeBitsAreNeeded().orElseThrow();
claim(45, "30B model on a single 24GB … HQQ 3-bit", "memory plan, exact arithmetic", fits.because(), of(fits),
    "of Mixtral it is true: %lab plan mixtral-8x7b");

var plan = card.options().getFirst().plan();
double peak = plan.peak(true) / Math.pow(2, 30), more = plan.peak(false) / Math.pow(2, 30) - peak;
claim(29, "peak VRAM during dequantization is higher than you expected", "whole layers turned back, beside fused",
    say("%.2f GiB on top of %.2f", more, peak), yes(more > 0), "one layer at a time, in 16 bits");

// ## Speed

magic("bench matvec --bits 3,4 --size 1024 --rows 1,64 --seconds 0.1 --as rates")
List<halfstep.roofline.ProductRate> rates = Halfstep.value("rates")

data = "1024 × 1024, this machine";
Timing timed(String weights, int rows) {
    return rates.stream().filter(r -> r.rows() == rows && r.weights().equals(weights)).findFirst().orElseThrow().timing();
}
Ratio times(String one, String other, int rows) { return Ratio.of(timed(one, rows), timed(other, rows)); }

Ratio few = times("4 bit g64", "float32", 1), many = times("4 bit g64", "float32", 64);
claim(24, "approaches FP16 speeds", "time of 4 bit over float32, 1 row and 64", few + ", " + many,
    !few.decides(1) || few.high() < 1 && !many.decides(1) ? Says.CANNOT_BE_TESTED_HERE
        : few.high() < 1 && many.low() > 1 ? Says.SIMPLIFIED : yes(few.low() > 1),
    "it exceeds it while memory is the limit; on a GPU in 16 bits this was not run");

Ratio unpacked = times("3 bit g64", "4 bit g64", 1);
claim(44, "unpacking can eat up the gains", "time of 3 bit over 4 bit, 1 row", unpacked.toString(),
    unpacked.decides(3.7 / 4.5) ? yes(unpacked.low() > 3.7 / 4.5) : Says.CANNOT_BE_TESTED_HERE,
    "bytes alone would make it 0.82");

// ## Drafts

magic("lab draft --drafts hqq2,hqq3 --texts 6 --length 48 --samples 200 --seconds 0.01 --as drafts")
halfstep.lab.draft.DraftStudy drafts = Halfstep.value("drafts")

data = before;
var kept = drafts.rows().stream().map(d -> d.acceptance()).toList();
claim(34, "2-bit or 3-bit HQQ draft … acceptance rate remains high", "share of tokens kept, Σ min(p, q)",
    drafts.rows().stream().map(d -> d.name() + " " + d.acceptance()).collect(Collectors.joining(", ")),
    partly(kept.stream().allMatch(a -> a.low() > 0.8), kept.stream().anyMatch(a -> a.low() > 0.8)), "high: above 80 % for certain");

// ## Mixtures of experts

magic("load experts --quiet")

magic("lab experts --bits 3 --sizes 64,512 --mixed 3:3 --tokens 2048 --ctx 128 --as study")
halfstep.lab.experts.ExpertStudy study = Halfstep.value("study")

data = "experts";
var hungry = study.bySeen().stream().filter(b -> b.worstExpert().seen() > 0).findFirst().orElseThrow();
claim(41, "hard to activate all experts", "error over rounding's, experts that saw few tokens", hungry.toString(),
    hungry.isDecided() ? yes(hungry.ratio() > 1) : Says.CANNOT_BE_TESTED_HERE, "a few hundred tokens an expert end it");

var fed = study.bySize().getLast();
claim(42, "vastly superior for MoEs", "error over rounding's: hqq, and awq with the most text", study.hqq() + "; " + fed,
    partly(study.hqq().high() < 0.8 * fed.low(), study.hqq().high() < fed.low()), "vastly: a fifth less error for certain");

// ## Read, not run
//
// Facts about other software are not found by running ours. They were read on 23 November 2026 in the versions named; those about kernels are
// data of the library, which `%export --matrix` shows. So they say what was found, and their verdict is that it cannot be tested here.

SupportTable support = SupportTable.read();
void asRead(int n, String quote, String source, String found) {
    data = source;
    claim(n, quote, "read, not run", found, Says.CANNOT_BE_TESTED_HERE, "other software, as read on " + support.looked());
}
void asListed(int n, String quote, String said) {
    support.statements().stream().filter(f -> f.said().equals(said)).forEach(f -> asRead(n, quote, f.from(), f.found())); }

asListed(25, "HQQ with the BitBlas backend … almost identical to AWQ", "HQQ with 3 bits on BitBLAS");
asListed(26, "HQQBackend.BITBLAS", "HQQBackend.BITBLAS");
asListed(27, "specialized Marlin kernels", "Marlin kernels for HQQ");
asListed(28, "saved in the .hqq format", "a .hqq file");
asListed(35, "AutoGPTQ … supports AWQ", "AutoGPTQ supports AWQ");
asListed(38, "vLLM vs. TGI", "vLLM or TGI");

asRead(36, "AutoGPTQ doesn't support HQQ natively", "AutoGPTQ 9f7d370", "True; nor do GPTQModel and llm-compressor.");
asRead(37, "llama.cpp as a home of HQQ", "gguf 0.19.0", "No HQQ among its types.");
asRead(5, "typically … WikiText-2 or the Pile", "AutoAWQ 88e4c76", "The default is pileval, 128 samples of at most 512 tokens.");

asRead(16, "AutoAWQ: from_pretrained, quantize, save_quantized", "AutoAWQ 88e4c76", "Right, but deprecated since 2025-05.");
asRead(17, "zero_point, q_group_size, w_bit, version: GEMM", "AutoAWQ 88e4c76", "Right; GEMM takes w_bit 4 only.");
asRead(18, "hqq.engine.hf: HQQModelForCausalLM", "hqq 0.2.8.post1", "There, for four architectures; legacy.");

// ## The sheet, filled

String words(Says says) { return says.name().toLowerCase(Locale.ROOT).replace('_', ' '); }
tech.tablesaw.api.StringColumn column(String name, Function<Claim, String> of) {
    return tech.tablesaw.api.StringColumn.create(name, sheet.values().stream().map(of).toList());
}

tech.tablesaw.api.Table.create("Verdicts on %d claims".formatted(sheet.size()),
    column("n", c -> "" + c.n()), column("the article", Claim::quote), column("experiment", Claim::experiment),
    column("data", Claim::data), column("result", Claim::result), column("verdict", c -> words(c.says())),
    column("why", Claim::why))

for (Says says : Says.values()) {
    var which = sheet.values().stream().filter(c -> c.says() == says).map(Claim::n).toList();
    System.out.printf("%-22s %2d %s %s%n", words(says), which.size(), "▪".repeat(which.size()), which);
}

// Three rows are times (13, 24, 44). Where the machine is too busy to tell, they say that it cannot be decided in this run; all others are the same each
// time for the same model.
//
// ## Try it
//
// 1. Run it with `MODEL=salient`. Which verdicts change, and was that to be expected of channels that were put in by hand?
// 2. Which of the rows *cannot be tested here* because their interval holds 0? Give that experiment more tokens. Is it decided now?
// 3. Run it on a model of yours. It takes longer; the ladder and the sensitivity are the greater part.
//
// **Sources.** `docs/laboratory.md` for every experiment with its figures on more text; `docs/exports.md` and `%export --matrix` for kernels and formats.

/exit
