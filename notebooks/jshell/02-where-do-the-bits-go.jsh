// 02-where-do-the-bits-go.ipynb as a script; made by make.py

// # 02 · Where do the bits go?
//
// "4 bit" is how large a code is. A file holds more: a scale and a zero for each group, padding at the ends of words, and whatever an
// odd width leaves unused. What you pay for is **bits per weight**, all of it divided by the number of weights.
//
// Before you run: 3-bit codes, groups of 64, a 16-bit scale and a 16-bit zero per group. How many bits does a weight cost? And does it
// matter whether a group runs along a row or down a column?

magic("param MODEL=natural")

magic("load ${MODEL} --as model")
Model model = Halfstep.value("model")

// ## A word, bit by bit
//
// Computers address bytes, and fast kernels read 32 bits at a time. Four libraries put 4-bit or 3-bit codes into such words in four
// ways. First hqq, 4 bits: a byte holds two codes.

magic("show packing hqq --bits 4")

// AWQ's kernel takes eight codes in a word, and not in the order you would think. Bit 0 is on the right; read the columns from there:

magic("show packing awq")

// The order 0, 2, 4, 6, 1, 3, 5, 7 is no accident. The kernel takes two codes that lie 16 bits apart out of the word with one instruction, and in
// this order such a pair are neighbours: 0 and 1, 2 and 3, and so on.
//
// Now three bits, which do not divide 32. hqq puts ten codes into a word:

magic("show packing hqq --bits 3 --as padded")
List<halfstep.pack.PackedWord> padded = Halfstep.value("padded")

// GPTQ lets codes run over the ends of words. 32 codes fill three words together:

magic("show packing gptq --bits 3 --as streamed")
List<halfstep.pack.PackedWord> streamed = Halfstep.value("streamed")

// What each leaves unused, counted from the same records that drew the pictures:

for (var words : List.of(padded, streamed)) {
    long bits = words.stream().mapToLong(word -> word.bits()).sum();
    long unused = words.stream().mapToLong(word -> word.unused()).sum();
    System.out.printf("%-8s %2d of %2d bits unused, %.3f bits per code%n",
        words.getFirst().format(), unused, bits, 3.0 * bits / (bits - unused));
}

// ## All of it
//
// Now scales and zeros, too. A matrix of a real model's size, groups of 64, stored three ways: zeros as floats along the row (hqq, axis 1),
// the same down the column (hqq, axis 0), and zeros as codes (AWQ, GPTQ).

Shape large = new Shape(4096, 4096);
for (int bits : new int[] {2, 3, 4, 5, 6, 8}) {
    QuantSpec spec = QuantSpec.of(bits, 64);
    System.out.printf("%d bit: %.3f  axis 0 %.3f  zeros as codes %.3f%n", bits, EffectiveBits.of(spec, large),
        EffectiveBits.of(spec.with(Axis.OUT), large), EffectiveBits.of(spec.with(ZeroPoint.INTEGER), large));
}

// Three surprises. Five and six bits cost as much as eight in the first column, for hqq stores them in a byte. Three bits down the column
// cost a third more than three. And the column on the right is the cheapest throughout, for its zeros are as short as its codes.
//
// ## Smaller groups
//
// A smaller group fits its weights better and costs more. The model's largest layer, rounded to nearest; the bars are the error that is left.

Matrix layer = model.weight("model.layers.0.mlp.down_proj");
for (int bits : new int[] {2, 3, 4})
    for (int group : new int[] {16, 32, 64, 128}) {
        QuantizedMatrix q = RoundToNearest.quantize(layer, QuantSpec.of(bits, group));
        double error = ErrorMetrics.between(layer, q.dequantized()).relativeFrobenius();
        System.out.printf("%d bit g%-3d  %.2f bits  error %.3f %s%n", bits, group, q.bitsPerWeight(), error, "▪".repeat((int) (60 * error)));
    }

// Compare "2 bit g16" with "3 bit g64": about the same bits per weight. Which has less error? Models that are advertised as 2-bit often
// have groups of 16.
//
// ## Proof by file
//
// Does a file really have that size? Quantize the whole model, write it as hqq does, and divide.

Path work = Files.createTempDirectory("halfstep");
Path run = work.resolve("run"), written = work.resolve("hqq");
JobReport report = QuantizeJob.of(model.folder(), run, QuantSpec.of(3, 64), QuantMethod.Hqq.DEFAULT).run();
System.out.printf("promised %.4f bits per weight%n", report.bitsPerWeight());

magic("export " + run + " --to hqq --out " + written + " --quiet")

magic("export " + written + " --inspect --as found --quiet")
halfstep.export.Inspection found = Halfstep.value("found")

System.out.printf("in the file %.4f bits per quantized weight, %.4f with the embedding%n",
    found.bitsPerQuantizedWeight(), found.bitsPerWeight());

// The embedding and the norms stay in 16 bits. In this small model they are a fifth of all weights, so they weigh on the second number; in a model of seven
// billion weights they are a few per cent.

// ## Try it
//
// Put your answer in the place of the three dots and run the cell.
//
// 1. What does a weight of a 4096 × 4096 matrix cost in 3 bits with groups of 64 along axis 0? You saw the number; why is it that one?

magic("check axis0-bits …")

// 2. An article says that 3-bit HQQ is "25 % smaller" than 4 bits. By how many per cent is 3-bit hqq with groups of 64 (axis 1) really smaller than
//    4-bit AWQ with groups of 128, on a 4096 × 4096 matrix? Give one decimal.

magic("check really-smaller …")

// 3. GPTQ's words of 3 bits waste nothing. Why does hqq's kernel prefer words that do? (Look at which bits a thread needs to take one code out.)

// > **What the libraries really do.** hqq stores 1.58 bits as 2, 5 and 6 as 8, and pads the rows of a 3-bit matrix to a multiple of ten before it
// > packs. The 2-bit models that made it known had groups of 16 and quantized scales and zeros, an option that hqq has since deprecated. AutoAWQ
// > writes 4 bits only. The older GPTQ format stores zeros less one. All layouts here are compared with files that those libraries wrote.
//
// **Sources.** hqq `core/bitpack.py`; AutoAWQ `utils/packing_utils.py`; AutoGPTQ and GPTQModel `qlinear`; `docs/formats.md` has every layout, and
// `docs/exports.md` what was read back by whom.
//
// *Next: 03, HQQ one half-step at a time.*

/exit
