// What quantization does to a demo model, and which experts its texts reach.
//
//   ./halfstep shell notebooks/models/train/acceptance.jsh      from the repository's root
//
// MODEL in the environment names another model than experts. Prints the tables of ../README.md.

import halfstep.eval.Evaluation.Subject
import halfstep.plant.Planting
import halfstep.quant.QuantMethod.*

int CTX = 256
Path NOTEBOOKS = Path.of("notebooks")
String NAME = System.getenv().getOrDefault("MODEL", "experts")
Path FOLDER = NOTEBOOKS.resolve("models").resolve(NAME)
Model model = Model.open(FOLDER)

Domain text(String name) throws IOException {
  String words = Files.readString(NOTEBOOKS.resolve("data").resolve(name + ".txt"));
  return new Domain(name, model.tokenizer().encode(words));
}

List<Domain> texts = List.of(text("prose"), text("java"))
Calibration calibration = Calibration.ofText(
    NOTEBOOKS.resolve("data/calibration.txt"), model.tokenizer(), 128, CTX)

/** Every method with the zeros it is used with; rounding with both kinds. */
Map<String, QuantSpec> specs(int bits, Map<String, QuantMethod> methods) {
  QuantSpec floats = new QuantSpec(Bits.of(bits), 64, Axis.IN, ZeroPoint.FLOAT);
  Map<String, QuantSpec> all = new LinkedHashMap<>();
  methods.forEach((name, method) -> all.put(name,
      name.endsWith("int") ? floats.with(ZeroPoint.INTEGER) : method.fitted(floats)));
  return all;
}

Map<String, QuantMethod> methods() {
  Map<String, QuantMethod> all = new LinkedHashMap<>();
  all.put("rtn", new Rtn());
  all.put("rtn, int", new Rtn());
  all.put("hqq", Hqq.DEFAULT);
  all.put("ls", LeastSquares.DEFAULT);
  all.put("awq", Awq.DEFAULT);
  all.put("awq+hqq", new AwqThen(Hqq.DEFAULT));
  all.put("gptq", Gptq.DEFAULT);
  return all;
}

Model quantized(Model of, QuantMethod method, QuantSpec spec) {
  Map<String, Matrix> layers = new LinkedHashMap<>();
  new LayerQuantizer(LayerSource.of(of), of.layers(), spec, method, calibration)
      .run(layer -> layers.put(layer.layer(), layer.quantized().dequantized()));
  return of.withWeights(layers);
}

String figure(Estimate kl) {
  return String.format(Locale.ROOT, "%.4f ± %.4f", kl.value(), kl.standardError());
}

/** KL with its standard error, and the paired difference from rounding in per cent of its KL. */
void table(Model of, String title, int bits) {
  Map<String, QuantMethod> methods = methods();
  List<Subject> subjects = new ArrayList<>();
  specs(bits, methods).forEach((name, spec) ->
      subjects.add(new Subject(name, quantized(of, methods.get(name), spec))));
  Evaluation evaluation = Evaluation.run(
      subjects, new Subject(title, of), texts, Windowing.papers(CTX), done -> {});
  Divergence rtn = evaluation.overall("rtn").divergence().get();
  System.out.printf("%n%s, %d bits, groups of 64; %s%n", title, bits, rtn.basis());
  System.out.println("| method | prose | Java | both | same top-1 | beside rtn, 95 % |");
  System.out.println("|---|---|---|---|---|---|");
  for (Subject subject : subjects) {
    List<Divergence> found = evaluation.of(subject.name()).stream()
        .map(row -> row.divergence().get()).toList();
    PairedComparison beside = PairedVariants.of(found.getLast(), rtn, 1).kl();
    double percent = 100 / rtn.meanKl();
    System.out.printf(Locale.ROOT, "| %s | %s | %s | %s | %.1f %% | %+.1f %% [%+.1f, %+.1f] |%n",
        subject.name(), figure(found.get(0).kl()), figure(found.get(1).kl()),
        figure(found.getLast().kl()), 100 * found.getLast().sameTop1().value(),
        percent * beside.meanDifference(), percent * beside.low(), percent * beside.high());
  }
}

void perplexities() {
  Evaluation evaluation = Evaluation.run(
      List.of(new Subject(NAME, model)), null, texts, Windowing.papers(CTX), done -> {});
  evaluation.rows().forEach(row ->
      System.out.printf("%s on %s: %s%n", NAME, row.domain(), row.perplexity()));
}

/** Share of a window's tokens that reach an expert, per block and expert. */
List<double[]> shares(Domain text) {
  int experts = model.config().mixture().get().count();
  TokenWindows windows = TokenWindows.cut(text.tokens(), CTX);
  List<double[]> all = new ArrayList<>();
  for (int w = 0; w < windows.count(); w++) {
    double[] share = new double[model.config().layers() * experts];
    HiddenStates states = model.embed(windows.slice(w, w + 1));
    for (int block = 0; block < model.config().layers(); block++) {
      BlockCapture capture = model.capture(states);
      for (int e = 0; e < experts; e++) {
        String layer = "model.layers.%d.block_sparse_moe.experts.%d.w1".formatted(block, e);
        share[block * experts + e] = capture.seen(layer).map(Matrix::rows).orElse(0L) / (double) CTX;
      }
      states = capture.output();
    }
    all.add(share);
  }
  return all;
}

/** Mean ± standard error over windows, in per cent. */
String share(List<double[]> windows, int at) {
  double mean = windows.stream().mapToDouble(w -> w[at]).average().orElseThrow();
  double square = windows.stream().mapToDouble(w -> Math.pow(w[at] - mean, 2)).sum();
  int n = windows.size();
  return String.format(Locale.ROOT, "%.1f ± %.1f", 100 * mean, 100 * Math.sqrt(square / (n - 1) / n));
}

void coverage() {
  int experts = model.config().mixture().get().count();
  List<double[]> prose = shares(texts.get(0));
  List<double[]> java = shares(texts.get(1));
  System.out.printf("%nShare of tokens that reach an expert, %%; even: %.1f. Windows: %d and %d.%n",
      100.0 * model.config().mixture().get().perToken() / experts, prose.size(), java.size());
  System.out.println("| block | text |" + IntStream.range(0, experts).mapToObj(e -> " " + e + " |")
      .collect(Collectors.joining()));
  System.out.println("|---|---|" + "---|".repeat(experts));
  for (int b = 0; b < model.config().layers(); b++) {
    for (List<double[]> windows : List.of(prose, java)) {
      System.out.printf("| %d | %s |", b, windows == prose ? "prose" : "Java");
      for (int e = 0; e < experts; e++) {
        System.out.printf(" %s |", share(windows, b * experts + e));
      }
      System.out.println();
    }
  }
}

perplexities()
if (model.config().mixture().isPresent()) { coverage(); }
for (int bits : new int[] {4, 3, 2}) { table(model, NAME, bits); }

Path planted = Files.createTempDirectory("planted").resolve(NAME + "-planted")
int channels = Planting.of(0.5, 1).write(FOLDER, planted)
System.out.printf("%nPlanted: %d channels, sigma 0.5, seed 1. %s%n", channels, Planting.BIAS)
table(Model.open(planted), NAME + ", planted", 4)
/exit
