// 09-spend-a-budget.ipynb as a script; made by make.py

// # 09 · Spend a budget
//
// Notebook 08 found layers that hurt and layers that hardly do. So give the sensitive ones more bits and take them from the others: the same bytes, better spent. The
// article has a rule of thumb for it: "groups of 64 for the MLP, of 128 for self-attention".
//
// Before you run: is the rule better than the rule turned round, 128 for the MLP and 64 for the attention? And how far from the best possible is it: 2 %, 20 %, half?

magic("param MODEL=natural")

magic("load ${MODEL} --as model")
Model model = Halfstep.value("model")

// ## What a layer costs, and what it hurts
//
// Each layer is quantized alone in four ways, two widths times two group sizes, and the model is asked. Then *the* best choice is computed, not guessed: a knapsack, solved
// exactly, with a bound that proves it. Predictions are sums of single layers; the table shows what the whole model does, on other text.

magic("lab allocate --methods hqq --bits 2,3 --group 64,128 --tokens 256 --ctx 128 --measure 1024 --as spent")
halfstep.lab.allocation.Allocations spent = Halfstep.value("spent")

// The first figure has bits per weight to the right and divergence upwards: lower is better at the same cost. The second shows what the best allocation gives to whom. In the table
// *MLP g64, attention g128* is the rule, and *MLP g128, attention g64* the rule turned round, at fewer bytes.
//
// ## The rule
//
// At the rule's own bytes, how far is it from the best? All allocations by bits per weight, the divergence as bars:

spent.measured().stream().sorted(Comparator.comparing(row -> row.allocation().bitsPerWeight())).forEach(row ->
    System.out.printf("%-36s %.3f bits  KL %.3f %s%n", row.allocation().name(), row.allocation().bitsPerWeight(),
        row.kl(), "▪".repeat((int) (40 * row.kl()))))

// The sentences below the table above put an interval on the difference. If it leaves out 0, then the rule is not how these bytes are spent best.

// ## By hand
//
// Can you do better than the rule without an algorithm? Notebook 08 says that `down_proj` hurts and `q_proj` hardly does. Here is the first try: 3 bits for the MLP and for
// `v_proj`, 2 for the rest of the attention, all in groups of 64.

int bitsFor(String layer) {
    return layer.contains("mlp") || layer.endsWith("v_proj") ? 3 : 2;
}

Map<String, QuantizedMatrix> rounded(ToIntFunction<String> bits) {
    Map<String, QuantizedMatrix> all = new LinkedHashMap<>();
    for (String layer : model.layers())
        all.put(layer, RoundToNearest.quantize(model.weight(layer), QuantSpec.of(bits.applyAsInt(layer), 64)));
    return all;
}

int[] tokens = model.tokenizer().encode(Files.readString(Path.of("data/prose.txt")));
void ask(String name, Map<String, QuantizedMatrix> layers) {
    Divergence felt = Divergence.between(model, model.withQuantized(layers), tokens, Windowing.papers(128).atMost(1024));
    System.out.printf("%-16s %.3f bits per weight, KL %.4f ± %.4f%n", name,
        halfstep.lab.form.Form.bitsPerWeight(layers), felt.meanKl(), felt.standardError());
}

ask("by hand", rounded(layer -> bitsFor(layer)));
ask("3 bits for all", rounded(layer -> 3));
ask("2 bits for all", rounded(layer -> 2));

// (Rounding here, HQQ above, and other windows of text: compare these three with one another, not with the table.) Change `bitsFor` and run the cells again. How far down in bits do you come
// before it costs twice what 3 bits everywhere do?
//
// ## A real card
//
// Bytes are spent on a card with other things on it: the cache of keys and values, activations, a reserve. "A 30B model on a 24 GB card takes 3 bits", says the article. This is
// arithmetic and needs no weights:

magic("lab plan llama-30b --vram 24GiB --ctx 2048 --bits 4,3,2 --as card")
halfstep.lab.memory.ServingPlan card = Halfstep.value("card")

System.out.println(card.threeBitsAreNeeded().get())

// The same for a mixture of experts, all of whose experts must lie in memory though only two read a token:

magic("lab plan mixtral-8x7b --vram 24GiB --ctx 8192 --bits 4,3,2 --as mixture")
halfstep.lab.memory.ServingPlan mixture = Halfstep.value("mixture")

System.out.println(mixture.threeBitsAreNeeded().get())

// ## Try it
//
// Put your answer in the place of the three dots and run the cell.
//
// 1. How many GiB does llama-30b take at most in 4 bits, with its context of 2,048 tokens and fused kernels? (One decimal.)

magic("check thirty-b …")

// 2. Of these sizes, up to which does a 30B model in 4 bits have room for on 24 GiB *with one sequence*: a context of 2048, 4096 or 8192 tokens? Use `--ctx`.

magic("check longest-context …")

// 3. Add `--bits 2,3,4` to the allocation (give it a minute). At which budgets does mixing pay most?
// 4. `%lab sensitivity` measures roles and blocks, too. Does "per million weights" rank them as "in all" does?

// > **What the libraries really do.** AutoAWQ has one group size for the whole model, so the rule cannot be written down for it; hqq takes a configuration per layer name, and its own Mixtral example
// > does the opposite of the rule: 4 bits for attention, 3 for the experts. llama.cpp's mixes give more to `v_proj` and `down_proj`, not to `o_proj`. NVIDIA's ModelOpt and
// > Intel's AutoRound search for allocations, too.
//
// **Sources.** `docs/laboratory.md`, "allocate" and "plan"; llama.cpp pull request 2807; the knapsack is exact and tested against brute force (`KnapsackTest`).
//
// *Next: 10, does it go faster?*

/exit
