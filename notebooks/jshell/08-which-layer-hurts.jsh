// 08-which-layer-hurts.ipynb as a script; made by make.py

// # 08 · Which layer hurts?
//
// "Output projections and down-projections are the most sensitive": so says the article this series follows. A claim like that can be
// measured. Two questions, and they are not the same:
//
// 1. In which layer is the **error of the weights** largest?
// 2. Which layer's error does the **model's output** feel most?
//
// Before you run: name your three suspects.

magic("param MODEL=natural")

magic("load ${MODEL} --as model")
Model model = Halfstep.value("model")

// ## The error of every layer

magic("bench all --methods rtn,hqq,awq --bits 3 --group 64 --as errors")
List<LayerError> errors = Halfstep.value("errors")

// The rows are values, too: `errors` is a `List<LayerError>`. The mean relative error by method:

errors.stream().collect(Collectors.groupingBy(e -> e.method().label(),
    Collectors.averagingDouble(e -> e.weights().relativeFrobenius())))

// ## One layer at a time
//
// Now quantize a single layer, leave all others as they are, and ask the model. This is the expensive, honest way.

List<Model> damaged = new ArrayList<>();
for (String layer : model.layers()) {
    Matrix q = RoundToNearest.quantize(model.weight(layer), QuantSpec.of(3, 64)).dequantized();
    damaged.add(model.withWeights(Map.of(layer, q)));
}

int[] tokens = model.tokenizer().encode(Files.readString(Path.of("data/prose.txt")));
Windowing windowing = Windowing.papers(256).atMost(1024);
List<Divergence> felt = Divergence.between(model, damaged, tokens, windowing, share -> {});

record Row(String layer, double kl, double se) {}
List<Row> rows = new ArrayList<>();
for (int i = 0; i < damaged.size(); i++)
    rows.add(new Row(model.layers().get(i), felt.get(i).meanKl(), felt.get(i).standardError()));
rows.sort(Comparator.comparing(Row::kl).reversed());
for (Row r : rows.subList(0, 12))
    System.out.printf("%-34s %.5f ± %.5f  %s%n", r.layer(), r.kl(), r.se(), "█".repeat((int) (400 * r.kl())));

// And by role, summed over the blocks:

Map<String, Double> byRole = new TreeMap<>();
for (Row r : rows)
    byRole.merge(r.layer().substring(r.layer().lastIndexOf('.') + 1), r.kl(), Double::sum);
byRole.forEach((role, kl) -> System.out.printf("%-10s %.5f%n", role, kl));

// Compare the two rankings. A large error in the weights is not a large error in the model.
//
// ## Is the article right?
//
// Look at the roles: does `o_proj` belong to the top? Does `down_proj`? On this model, at this size, on this text. The same notebook runs on any
// model you load, and `%lab sensitivity` does all of it in a line, with intervals.
//
// ## Try it
//
// Put your answer in the place of the three dots and run the cell.
//
// 1. Which role hurts most, summed over the blocks?

magic("check worst-role …")

// 2. Run with `MODEL=salient`. Which role moves up?
// 3. Give the most sensitive layer 8 bits instead of 3 and leave the others at 3. How much of the divergence goes away?

// > **What the libraries really do.** llama.cpp's mixed types give more bits to `attn_v` and `ffn_down`, not to the attention's output. hqq and AutoAWQ treat all layers alike unless
// > told otherwise. ModelOpt and AutoRound measure, as you did, and then allocate.
//
// **Sources.** llama.cpp pull request 2807; `docs/laboratory.md`, "sensitivity".
//
// *Next: 09, spend a budget.*

/exit
